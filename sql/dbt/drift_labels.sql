{#
  Reject rate, entropy and class mix, as a query in parentheses:

      select * from {{ driftql.drift_labels(ref('january'), ref('february'), label='predicted_label') }} as labels

  One row per check; the README lists the columns.
#}
{% macro drift_labels(
    reference_relation=none, current_relation=none, label=none, reject_label=none, probabilities=none, time_column=none,
    reference=none, current=none, thresholds=none
) %}
    {%- set given = dict(kwargs, categories=[], label=label, reject_label=reject_label, probabilities=probabilities,
        time_column=time_column,
        reference=reference, current=current, thresholds=thresholds) -%}
    {%- set resolved = driftql._resolve_query('drift_labels', reference_relation, current_relation, given) -%}
    {%- if resolved is none -%}
        {{ return(driftql._empty_query('drift_labels')) }}
    {%- endif -%}
    {%- set layout = resolved['layout'] -%}
    {%- set queries = [] -%}
    {%- if layout['label'] is not none or layout['probabilities'] -%}
        {%- do queries.append(driftql.labels_query(
            resolved['reference']['sql'], resolved['current']['sql'], resolved['label'], layout['probability_names'],
            layout['is_list'], resolved['rules']
        )) -%}
    {%- endif -%}
    {%- for check, reason in layout['lost'] -%}
        {%- do queries.append(driftql._constant_row(
            driftql._query_columns('drift_labels'), {'check_name': check, 'reason': reason}
        )) -%}
    {%- endfor -%}
    {%- if not queries -%}
        {{ driftql._refuse_nothing(
            'drift_labels', resolved, 'label and no probabilities; name them with label and probabilities'
        ) }}
    {%- endif -%}
    {{ return(driftql._union_queries(queries)) }}
{% endmacro %}
