{#
  What to look up in Kolmogorov's limiting distribution for a KS statistic d of n and m values, with the correction of
  Vrbik (2018), Pioneer Journal of Theoretical and Applied Statistics 15, for finite numbers of rows: with
  N = n * m / (n + m) and z = sqrt(N) * d it is z + 1 / (6 * sqrt(N)) + (z - 1) / (4 * N).

  `n` and `m` are doubles.
#}
{% macro ks_deviate(d, n, m) %}
    {{ return(adapter.dispatch('ks_deviate', 'driftql')(d, n, m)) }}
{% endmacro %}

{% macro default__ks_deviate(d, n, m) -%}
{%- set size = '(' ~ n ~ ' / (' ~ n ~ ' + ' ~ m ~ ') * ' ~ m ~ ')' -%}
sqrt({{ size }}) * {{ d }} + 1 / (6 * sqrt({{ size }})) + (sqrt({{ size }}) * {{ d }} - 1) / (4 * {{ size }})
{%- endmacro %}
