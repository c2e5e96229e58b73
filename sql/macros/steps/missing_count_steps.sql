{#
  How many rows of each window lack a value of each column. A list of steps for driftql.query.

  missing  list of [quoted name of the column or 'null', quoted words for what is missing, kind, value]. The kind is missing (NULL),
           non_finite (NaN or an infinity) or incomplete (a class probability that is missing or not finite); the value is the
           column, or a list of two, reference and current, where they differ; of the kind incomplete a list of all columns
  is_list  1 where the class probabilities are one column with a list, else 0

  The last step, missing_counts, has one row per entry of the list: place (its number), feature, what, and as doubles ref_hits, ref_n,
  cur_hits and cur_n (rows without a value, and all rows).
#}
{% macro missing_count_steps(ref, cur, missing, is_list) %}
    {{ return(adapter.dispatch('missing_count_steps', 'driftql')(ref, cur, missing, is_list)) }}
{% endmacro %}

{% macro default__missing_count_steps(ref, cur, missing, is_list) %}
{%- set rows %}
{%- for source in [ref, cur] %}
{%- set is_current = loop.index0 %}
    select {{ is_current }} as is_current, count(*) as all_rows
{%- for name, what, kind, value in missing %}
{%- if kind == 'incomplete' %}
{%- set complete = driftql.row_is_complete(driftql.class_probabilities(value, is_list), is_list) %}
{%- set condition = 'case when ' ~ complete ~ ' then 0 else 1 end = 1' %}
{%- else %}
{%- set condition = driftql.row_lacks(value if value is string else value[is_current], kind) %}
{%- endif %},
        count(case when {{ condition }} then 1 end) as missing_{{ loop.index }}
{%- endfor %}
    from {{ source }} as {{ 'current_window' if is_current else 'reference_window' }}
{%- if not is_current %}
    union all
{%- endif %}
{%- endfor %}
{%- endset -%}
{%- set names %}
{%- for name, what, kind, value in missing %}
    select {{ loop.index }} as place, {{ driftql.as_text(name) }} as feature, {{ driftql.as_text(what) }} as what
    {{- ' union all' if not loop.last }}
{%- endfor %}
{%- endset -%}
{%- set hits %}
    case place
{%- for group in missing | batch(4) %}
{%- set done = loop.index0 * 4 %}
           {% for entry in group %} when {{ done + loop.index }} then missing_{{ done + loop.index }}{% endfor %}
{%- endfor %} end
{%- endset -%}
{%- set sides %}
    select place, feature, what, is_current, {{ driftql.as_double('all_rows') }} as all_rows,
        {{ driftql.as_double(hits | trim) }} as hits
    from missing_names cross join missing_rows
{%- endset -%}
{%- set counts %}
    select place, feature, what,
        max(case when is_current = 0 then hits end) as ref_hits, max(case when is_current = 0 then all_rows end) as ref_n,
        max(case when is_current = 1 then hits end) as cur_hits, max(case when is_current = 1 then all_rows end) as cur_n
    from missing_sides
    group by place, feature, what
{%- endset %}
    {{ return([
        ['missing_rows', 'how many rows each window has, and how many of them lack a value', rows, 0],
        ['missing_names', 'the columns, and what is missing', names, 0],
        ['missing_sides', 'one row per column and window', sides, 0],
        ['missing_counts', 'one row per column', counts, 0]
    ]) }}
{% endmacro %}
