{# Return a moment some months earlier, or later; the 31st becomes the last day of a shorter month. #}
{% macro _months_before(moment, months) %}
    {%- set count = moment.year * 12 + moment.month - 1 - months -%}
    {%- set year, month = count // 12, count % 12 + 1 -%}
    {%- if year < 1 or year > 9999 -%}
        {{ driftql._raise_error(months ~ " months before " ~ moment ~ " is not within the years 1 to 9999") }}
    {%- endif -%}
    {{ return(moment.replace(year=year, month=month, day=[moment.day, driftql._days_of_month(year, month)] | min)) }}
{% endmacro %}
