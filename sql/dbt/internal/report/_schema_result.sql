{# Return what a report says of the columns that differ; none where both windows are of one relation. #}
{% macro _schema_result(changes) %}
    {{ return({'columns': changes, 'is_flagged': driftql._count_lost(changes) is not none} if changes is not none else none) }}
{% endmacro %}
