{#
  Cells of the number line, such that few values fall in each, and the cell of each value: for engines on which counting values by
  cell is quicker than sorting them. Only the time depends on the cells, never a result. An empty list elsewhere. A list of steps
  for driftql.query; window_values (see value_steps) comes before it.

  The last step, cell_values, has the columns of window_values and cell: a whole number that never falls as the value rises.
#}
{% macro cell_steps() %}
    {{ return(adapter.dispatch('cell_steps', 'driftql')()) }}
{% endmacro %}

{% macro default__cell_steps() %}
    {{ return([]) }}
{% endmacro %}

{# Sorting ten million values takes it four times as long as counting them by a cell that is computed: values on a scale that
   draws tails in, see warped. An overflow is infinity, and an infinity has a cell, too; limits for the scale keep NaN away.
   https://duckdb.org/docs/stable/sql/samples #}
{% macro duckdb__cell_steps() %}
{%- set grid %}
    select
        feature, median(value) as center,
        greatest(least(1 / nullif(quantile_cont(value, 0.75) - quantile_cont(value, 0.25), 0), 1e300), 1e-300) as scale
    from (select feature, value from window_values tablesample bernoulli (1 percent) repeatable (42)) as sampled_values
    group by feature
{%- endset -%}
{%- set cells %}
    select window_values.*, coalesce(cast(
            ((1 / (1 + abs((value - center) * scale)) - 1) * sign(center - value) + 1) * 8191 as {{ driftql.type_bin() }}
        ), 0) as cell
    from window_values left join grid on window_values.feature = grid.feature
{%- endset %}
    {{ return([
        ['grid', 'the middle and the spread of each feature, from a sample: only the time depends on it', grid, 1],
        ['cell_values', 'the cell of each value, on a scale that draws long tails in', cells, 0]
    ]) }}
{% endmacro %}

{# Sorting takes it several times as long. Its arithmetic fails where a number is too large or too small for a double, so the
   cells are bounded by values. https://www.postgresql.org/docs/current/functions-math.html #}
{% macro postgres__cell_steps() %}
{%- set grid %}
    select
        feature,
        percentile_disc((select array_agg(i / 4096e0 order by i) from generate_series(1, 4095) as i))
            within group (order by value) as bounds
    from window_values where random() < 0.02 group by feature
{%- endset -%}
{%- set cells %}
    select window_values.*, coalesce(width_bucket(value, bounds), 0) as cell
    from window_values left join grid on window_values.feature = grid.feature
{%- endset %}
    {{ return([
        ['grid', 'bounds between which few values lie, from a sample: only the time depends on them', grid, 1],
        ['cell_values', 'the cell of each value', cells, 0]
    ]) }}
{% endmacro %}

{# It has no width_bucket of an array. https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-functions.html #}
{% macro redshift__cell_steps() %}
    {{ return([]) }}
{% endmacro %}
