{#
  From the values of both windows to the distance of their distributions. A list of steps for driftql.query; the step before them
  is window_values (see value_steps).

  by_cell   1 to take values together that cannot matter, where the engine is quicker so (see cell_steps); 0 for every value
  quantiles  with by_cell: how many equal parts the wanted reference quantiles make, such as 10

  Steps: distinct_values, running_totals, gaps (one row per value: ref_rows and cur_rows, how often each window holds it;
  ref_total and cur_total, how many values are at or below it; ref_n and cur_n; gap, the distance of the two distribution
  functions; with by_cell also ks, the largest gap of the feature). With by_cell a row may stand for all values of a cell and holds the last of them: its totals and its gap are
  exact; no value of that cell is next to a quantile, and no gap inside it is as large as the largest.
#}
{% macro gap_steps(by_cell, quantiles) %}
    {{ return(adapter.dispatch('gap_steps', 'driftql')(by_cell, quantiles)) }}
{% endmacro %}

{% macro default__gap_steps(by_cell, quantiles) %}
{%- set cells = driftql.cell_steps() if by_cell else [] -%}
{%- set counted %}
        {{ driftql.as_double('sum(ref_rows)') }} as ref_rows, {{ driftql.as_double('sum(cur_rows)') }} as cur_rows
{%- endset -%}
{%- set cell_counts %}
    select feature, cell, min(value) as first_value, max(value) as value,
{{- counted }}
    from cell_values group by feature, cell
{%- endset -%}
{%- set open_cells %}
    select cell_totals.*,
        case
            when first_value = value then 0
            when {{ driftql.near_quantile(quantiles) }} then 1
            when max({{ driftql.gap_of_totals() }})
            over (partition by feature) <= greatest(
            ref_total / nullif(ref_n, 0) - (cur_total - cur_rows) / nullif(cur_n, 0),
            cur_total / nullif(cur_n, 0) - (ref_total - ref_rows) / nullif(ref_n, 0)) then 1 else 0
        end as is_open
    from cell_totals
{%- endset -%}
{%- set distinct_values %}
{%- if cells %}
    select feature, value, ref_rows, cur_rows from open_cells where is_open = 0 union all
{%- endif %}
    select feature, value,
{{- counted }}
{%- if cells %}
    from cell_values
    where ((feature, cell) in (select feature, cell from open_cells where is_open = 1)) is true
{%- else %}
    from window_values
{%- endif %}
    group by feature, value
{%- endset -%}
{%- set gaps %}
    select running_totals.*, {{ driftql.gap_of_totals() }} as gap
{%- if by_cell %},
        max({{ driftql.gap_of_totals() }}) over (partition by feature) as ks
{%- endif %}
    from running_totals
{%- endset %}
    {{ return(cells + ([
        ['cells', 'how many values of each window each cell holds', cell_counts, 0],
        ['cell_totals', 'how many are at or below its end, and how many there are', driftql.running_totals('cells'), 0],
        ['open_cells', 'which of them may hold a quantile, or a distance as large as the largest at an end', open_cells, 1]
    ] if cells else []) + [
        ['distinct_values', 'one row per different value' ~ (', or per cell that is not open' if cells else ''), distinct_values, 0],
        ['running_totals', 'how many values of each window are at or below it, and how many there are',
            driftql.running_totals('distinct_values'), 0],
        ['gaps', 'the distance of the two distribution functions at each value', gaps, 0]
    ]) }}
{% endmacro %}
