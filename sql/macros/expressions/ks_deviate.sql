{#
  What to look up in Kolmogorov's limiting distribution for a KS statistic: z + shift / sqrt(size) + c * (z^3 - b * z) / size.
  The last term follows the large deviations of the statistic: with w = few * many / (few + many)^2 it has c = (1 - w) / 9 and
  b = 1 + 2 * w, and w = 0 beyond 10,000 rows, see ks_size.

  z          sqrt(size) * D
  few, many  the smaller and the larger number of rows, as doubles; few is not 0, but may be NULL
  size       ks_size(few, many)
  shift      ks_shift(few, many)
#}
{% macro ks_deviate(z, few, many, size, shift) %}
    {{ return(adapter.dispatch('ks_deviate', 'driftql')(z, few, many, size, shift)) }}
{% endmacro %}

{% macro default__ks_deviate(z, few, many, size, shift) -%}
{%- set w = few ~ ' / (' ~ few ~ ' + ' ~ many ~ ') * ' ~ many ~ ' / (' ~ few ~ ' + ' ~ many ~ ')' -%}
{{ z }} + {{ shift }} / sqrt(nullif({{ size }}, 0)) + case
            when {{ many }} > 10000 then ({{ z }} * {{ z }} * {{ z }} - {{ z }}) / 9
            else (1 - {{ w }}) / 9
            * ({{ z }} * {{ z }} * {{ z }} - (1 + 2 * {{ w }}) * {{ z }})
        end / nullif({{ size }}, 0)
{%- endmacro %}
