{# The model has the columns of another relation, each of the same family of types. #}
{% test schema_unchanged(model, column_name=none, schema=none, features=none, exclude=none, reference=none) %}
    {%- if column_name is not none -%}
        {{ driftql._raise_error(
            "driftql.schema_unchanged checks a whole model; put it under the model's data_tests, not under the column "
            ~ column_name
        ) }}
    {%- endif -%}
    {{ driftql._schema_test('driftql.schema_unchanged', model, [
        {'schema': schema, 'features': features, 'exclude': exclude, 'reference': reference}
    ]) }}
{% endtest %}
