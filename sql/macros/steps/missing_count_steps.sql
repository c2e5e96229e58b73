{#
  How many rows of each window lack a value of each column. A list of steps for driftql.query.

  missing  list of [quoted name of the column or 'null', quoted words for what is missing, kind, value]. The kind is missing
           (NULL), non_finite (NaN or an infinity) or incomplete (a class probability that is missing or not finite); the value
           is the column, or a list of two, reference and current, where they differ; of the kind incomplete, all columns
  is_list  1 where the class probabilities are one column with a list, else 0

  The first step, missing_names, names the columns; the last, missing_counts, has one row per entry of the list: place (its number), feature, what, and as doubles ref_hits,
  ref_n, cur_hits and cur_n (rows without a value, and all rows).
#}
{% macro missing_count_steps(ref, cur, missing, is_list) %}
    {{ return(adapter.dispatch('missing_count_steps', 'driftql')(ref, cur, missing, is_list)) }}
{% endmacro %}

{% macro default__missing_count_steps(ref, cur, missing, is_list) %}
{%- set ref_lacks, cur_lacks = [], [] -%}
{%- for name, what, kind, value in missing -%}
{%- for lacks in [ref_lacks, cur_lacks] -%}
{%- if kind == 'incomplete' -%}
{%- do lacks.append('count(*) - count(case when '
    ~ driftql.row_is_complete(driftql.class_probabilities(value, is_list), is_list) | replace(' + ', '\n            + ')
    ~ '\n            then 1 end)') -%}
{%- elif kind == 'non_finite' -%}
{%- do lacks.append('count(' ~ (value if value is string else value[loop.index0]) ~ ')\n            - count(case when '
    ~ driftql.is_finite(driftql.as_double(value if value is string else value[loop.index0]), 1)
    | replace(' and ', '\n            and ') ~ '\n            then 1 end)') -%}
{%- else -%}
{%- do lacks.append('count(*) - count(' ~ (value if value is string else value[loop.index0]) ~ ')') -%}
{%- endif -%}
{%- endfor -%}
{%- endfor -%}
{%- set rows %}
{%- for source, lacks in [[ref, ref_lacks], [cur, cur_lacks]] %}
    select {{ loop.index0 }} as is_current, count(*) as all_rows
{%- for count in lacks %},
        {{ count }} as missing_{{ loop.index }}
{%- endfor %}
    from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- endset -%}
{%- set names %}
{%- for name, what, kind, value in missing %}
    select {{ loop.index }} as place, {{ driftql.as_text(name) }} as feature,
        {{ driftql.as_text(what) }} as what
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
{%- for prefix in ['ref', 'cur'] %}
        max(case when is_current = {{ loop.index0 }} then hits end) as {{ prefix }}_hits,
        max(case when is_current = {{ loop.index0 }} then all_rows end) as {{ prefix }}_n{{ ',' if not loop.last }}
{%- endfor %}
    from missing_sides
    group by place, feature, what
{%- endset %}
    {{ return([
        ['missing_names', 'the columns, and what is missing', names, 0],
        ['missing_rows', 'how many rows each window has, and how many of them lack a value', rows, 0],
        ['missing_sides', 'one row per column and window', sides, 0],
        ['missing_counts', 'one row per column', counts, 0]
    ]) }}
{% endmacro %}
