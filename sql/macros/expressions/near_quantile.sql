{#
  Whether a value, or one of several that a row stands for, may be next to a quantile of the reference: between two of its values,
  or one of them. From ref_rows, ref_total and ref_n; two ranks on either side are near, which leaves room for rounding.

  quantiles  how many equal parts the quantiles make, such as 10
#}
{% macro near_quantile(quantiles) %}
    {{ return(adapter.dispatch('near_quantile', 'driftql')(quantiles)) }}
{% endmacro %}

{% macro default__near_quantile(quantiles) -%}
floor((ref_total - ref_rows - 2) / nullif(ref_n, 0) * {{ quantiles }})
            <> floor((ref_total + 2) / nullif(ref_n, 0) * {{ quantiles }})
{%- endmacro %}
