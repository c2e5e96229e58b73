{#
  The three history tables, as a list of statements: `runs` has one row per run with the whole report and, as
  lists in JSON, the columns left out, the warnings and the notes; `metrics` one row per number; both have the times of the windows; `telemetry` what the current window looked like.
#}
{% macro create_history(runs, metrics, telemetry) %}
    {{ return(adapter.dispatch('create_history', 'driftql')(runs, metrics, telemetry)) }}
{% endmacro %}

{% macro default__create_history(runs, metrics, telemetry) %}
    {%- set text = driftql.type_text() -%}
    {%- set double = driftql.type_double() -%}
    {%- set moment = driftql.type_moment() -%}
    {{ return([
        'create table if not exists ' ~ runs ~ ' (
    run_id ' ~ driftql.type_name(36) ~ ' not null,
    host ' ~ driftql.type_name(16) ~ ' not null,
    monitor ' ~ text ~ ',
    recorded_at ' ~ moment ~ ' not null,
    reference_source ' ~ text ~ ',
    current_source ' ~ text ~ ',
    reference_rows bigint,
    current_rows bigint,
    alerts integer not null,
    critical_alerts integer not null,
    not_computed integer not null,
    summary ' ~ text ~ ',
    report ' ~ text ~ ',
    reference_start ' ~ moment ~ ',
    reference_end ' ~ moment ~ ',
    current_start ' ~ moment ~ ',
    current_end ' ~ moment ~ ',
    invocation_id ' ~ text ~ ',
    node_id ' ~ text ~ ',
    dbt_target ' ~ text ~ ',
    columns_left_out ' ~ text ~ ',
    warnings ' ~ text ~ ',
    notes ' ~ text ~ '
)',
        'create table if not exists ' ~ metrics ~ ' (
    run_id ' ~ driftql.type_name(36) ~ ' not null,
    recorded_at ' ~ moment ~ ' not null,
    monitor ' ~ text ~ ',
    window_role ' ~ driftql.type_name(16) ~ ' not null,
    feature ' ~ text ~ ',
    metric ' ~ driftql.type_name(64) ~ ' not null,
    value ' ~ double ~ ',
    threshold ' ~ double ~ ',
    flagged boolean,
    reference_start ' ~ moment ~ ',
    reference_end ' ~ moment ~ ',
    current_start ' ~ moment ~ ',
    current_end ' ~ moment ~ '
)',
        'create table if not exists ' ~ telemetry ~ ' (
    run_id ' ~ driftql.type_name(36) ~ ' not null,
    recorded_at ' ~ moment ~ ' not null,
    monitor ' ~ text ~ ',
    user_id ' ~ text ~ ',
    window_start ' ~ moment ~ ',
    window_end ' ~ moment ~ ',
    total_windows bigint not null,
    confidence_mean ' ~ double ~ ',
    confidence_median ' ~ double ~ ',
    confidence_p5 ' ~ double ~ ',
    confidence_p95 ' ~ double ~ ',
    confidence_std ' ~ double ~ ',
    reject_rate ' ~ double ~ ',
    mean_entropy ' ~ double ~ ',
    schema_version ' ~ text ~ ',
    feature_missingness ' ~ text ~ ',
    class_distribution ' ~ text ~ '
)'
    ]) }}
{% endmacro %}

{# A table has an engine and an order there, and a column is never NULL unless its type says so.
   https://clickhouse.com/docs/engines/table-engines/mergetree-family/mergetree #}
{% macro clickhouse__create_history(runs, metrics, telemetry) %}
    {%- set name = driftql.type_name(512) -%}
    {%- set text = driftql.type_text() -%}
    {%- set double = driftql.type_double() -%}
    {%- set moment = driftql.type_moment() -%}
    {%- set integer = driftql.type_integer() -%}
    {{ return([
        'create table if not exists ' ~ runs ~ ' (
    run_id ' ~ name ~ ',
    host ' ~ name ~ ',
    monitor ' ~ text ~ ',
    recorded_at ' ~ moment ~ ',
    reference_source ' ~ text ~ ',
    current_source ' ~ text ~ ',
    reference_rows ' ~ integer ~ ',
    current_rows ' ~ integer ~ ',
    alerts Int32,
    critical_alerts Int32,
    not_computed Int32,
    summary ' ~ text ~ ',
    report ' ~ text ~ ',
    reference_start Nullable(' ~ moment ~ '),
    reference_end Nullable(' ~ moment ~ '),
    current_start Nullable(' ~ moment ~ '),
    current_end Nullable(' ~ moment ~ '),
    invocation_id ' ~ text ~ ',
    node_id ' ~ text ~ ',
    dbt_target ' ~ text ~ ',
    columns_left_out ' ~ text ~ ',
    warnings ' ~ text ~ ',
    notes ' ~ text ~ '
)
engine = MergeTree
order by (recorded_at, run_id)',
        'create table if not exists ' ~ metrics ~ ' (
    run_id ' ~ name ~ ',
    recorded_at ' ~ moment ~ ',
    monitor ' ~ text ~ ',
    window_role ' ~ name ~ ',
    feature ' ~ text ~ ',
    metric ' ~ name ~ ',
    value ' ~ double ~ ',
    threshold ' ~ double ~ ',
    flagged Nullable(Bool),
    reference_start Nullable(' ~ moment ~ '),
    reference_end Nullable(' ~ moment ~ '),
    current_start Nullable(' ~ moment ~ '),
    current_end Nullable(' ~ moment ~ ')
)
engine = MergeTree
order by (metric, recorded_at, run_id)',
        'create table if not exists ' ~ telemetry ~ ' (
    run_id ' ~ name ~ ',
    recorded_at ' ~ moment ~ ',
    monitor ' ~ text ~ ',
    user_id ' ~ text ~ ',
    window_start Nullable(' ~ moment ~ '),
    window_end Nullable(' ~ moment ~ '),
    total_windows Int64,
    confidence_mean ' ~ double ~ ',
    confidence_median ' ~ double ~ ',
    confidence_p5 ' ~ double ~ ',
    confidence_p95 ' ~ double ~ ',
    confidence_std ' ~ double ~ ',
    reject_rate ' ~ double ~ ',
    mean_entropy ' ~ double ~ ',
    schema_version ' ~ text ~ ',
    feature_missingness ' ~ text ~ ',
    class_distribution ' ~ text ~ '
)
engine = MergeTree
order by (recorded_at, run_id)'
    ]) }}
{% endmacro %}
