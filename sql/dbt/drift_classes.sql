{#
  The share of each class in both windows, as a query in parentheses:

      select * from {{ driftql.drift_classes(ref('january'), ref('february'), label='predicted_label') }} as classes

  One row per class, most moved first; the README lists the columns.
#}
{% macro drift_classes(
    reference_relation=none, current_relation=none, label=none, time_column=none, reference=none, current=none
) %}
    {%- set given = dict(kwargs, categories=[], label=label, time_column=time_column, reference=reference, current=current) -%}
    {%- set resolved = driftql._resolve_query('drift_classes', reference_relation, current_relation, given) -%}
    {%- if resolved is none -%}
        {{ return(driftql._empty_query('drift_classes')) }}
    {%- elif resolved['layout']['label'] is none -%}
        {{ driftql._refuse_nothing('drift_classes', resolved, 'label; name it with label') }}
    {%- endif -%}
    {{ return(driftql._union_queries([
        driftql.classes_query(resolved['reference']['sql'], resolved['current']['sql'], resolved['label'])
    ])) }}
{% endmacro %}
