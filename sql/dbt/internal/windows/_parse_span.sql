{#
  Return a span such as 7d or 3mo as a dictionary of `months` (of the calendar), `length` (a time difference) and `about` (its
  length, with months of 30 days). Units and words are those of Python's driftql.

  what  what to call it in an error
#}
{% macro _parse_span(value, what) %}
    {%- set span = driftql._read_span(value) -%}
    {%- if span is none or span['about'].total_seconds() <= 0 -%}
        {{ driftql._raise_error(
            what ~ " is '" ~ value ~ "'; write a number and s, m (minutes), h, d, w, mo (months) or y, such as 7d or 36h"
        ) }}
    {%- endif -%}
    {{ return(span) }}
{% endmacro %}
