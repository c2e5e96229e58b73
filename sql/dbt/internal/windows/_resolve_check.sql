{#
  Turn settings and relations into what the queries take: the columns by role, the windows, and SQL fragments.

  current     the relation that is checked; or, in a generic test with `where`, a query in parentheses with its alias
  statements  a list; what is asked of the database is added to it

  Returns a dictionary: `layout` (see _choose_columns), `reference` and `current` (see _choose_windows), `features` (lists of
  25 features as the queries take them, for one statement each), `categories` (lists of 8 in the same way), `fractions`, `label`
  (an expression, or one per window),
  `rules` (the thresholds), `reject_label` (as the rows are written), and `warnings` (what is strange about the times).
#}
{% macro _resolve_check(settings, current, statements) %}
    {%- set cur = driftql._source(current) -%}
    {%- set ref = cur -%}
    {%- set relation = settings['reference']['relation'] -%}
    {%- if relation is not none -%}
        {%- set ref = driftql._source(driftql._find_relation(relation, 'reference.relation')) -%}
    {%- endif -%}
    {%- set own = settings['allow_functions'] -%}
    {%- set allowed = [own] if own is string else own -%}
    {%- for role, base in [['reference', ref], ['current', cur]] -%}
        {%- do driftql._vet_filter(settings[role]['filter'], base['columns'], allowed, 'the filter of the ' ~ role ~ ' window') -%}
    {%- endfor -%}
    {%- set layout = driftql._choose_columns(settings, ref, cur, statements) -%}
    {%- set only = settings.get('only_column') -%}
    {%- if only is not none and layout['label'] is not none and layout['label']['name'] | lower == only | lower -%}
        {%- do layout.update({'categories': [], 'lost_categories': []}) -%}
    {%- elif only is not none -%}
        {%- do layout.update({'label': none}) -%}
    {%- endif -%}
    {%- set same = ref['sql'] == cur['sql'] -%}
    {%- if not same -%}
        {%- do ref.update({'sql': driftql._with_columns(ref['sql'], layout['ref_extras'])}) -%}
        {%- do cur.update({'sql': driftql._with_columns(cur['sql'], layout['cur_extras'])}) -%}
    {%- endif -%}
    {%- set windows = driftql._choose_windows(settings, layout, ref, cur, same, statements) -%}
    {%- set thresholds = settings['thresholds'] -%}
    {%- set bins = thresholds['psi_bins'] | int -%}
    {%- set fractions = [] -%}
    {%- for number in range(1, bins) -%}
        {%- do fractions.append(driftql._number_literal(number * (100 / bins) / 100)) -%}
    {%- endfor -%}
    {%- set chunks = [] -%}
    {%- for chunk in layout['features'] | batch(25) -%}
        {%- set features = [] -%}
        {%- for feature in chunk -%}
            {%- do features.append([driftql._text_literal(feature['name']), feature['value'], feature['is_float']]) -%}
        {%- endfor -%}
        {%- do chunks.append(features) -%}
    {%- endfor -%}
    {%- set categories = [] -%}
    {%- for chunk in layout['categories'] | batch(8) -%}
        {%- set features = [] -%}
        {%- for feature in chunk -%}
            {%- do features.append([driftql._text_literal(feature['name']), feature['ref'], feature['cur']]) -%}
        {%- endfor -%}
        {%- do categories.append(features) -%}
    {%- endfor -%}
    {%- set rules = {
        'min_rows': thresholds['min_rows'] | int,
        'category_limit': thresholds['category_limit'] | int,
        'reject_label': driftql._text_literal(driftql._label_text(settings['reject_label'], layout, ref, cur)),
        'entropy_floor': '1e-8',
        'evidence': 1 if thresholds['evidence'] else 0
    } -%}
    {%- for name, value in thresholds.items() if name not in ('min_rows', 'evidence', 'psi_bins', 'category_limit') -%}
        {%- do rules.update({name: driftql._number_literal(value)}) -%}
    {%- endfor -%}
    {{ return({
        'layout': layout,
        'reference': windows['reference'],
        'current': windows['current'],
        'warnings': windows['warnings'],
        'features': chunks,
        'categories': categories,
        'fractions': fractions,
        'label': driftql._label_value(layout, ref, cur),
        'rules': rules,
        'reject_label': driftql._label_text(settings['reject_label'], layout, ref, cur)
    }) }}
{% endmacro %}


{# Return a relation with further columns, each an expression with its name; as it is where there are none. #}
{% macro _with_columns(sql, extras) %}
    {{ return('(select own.*, ' ~ extras | join(', ') ~ ' from ' ~ sql ~ ' as own)' if extras else sql) }}
{% endmacro %}
