{#
  The frequencies from which on categories without a name are counted as one group, as a list: see category_counts.
#}
{% macro category_frequencies() %}
    {{ return(adapter.dispatch('category_frequencies', 'driftql')()) }}
{% endmacro %}

{% macro default__category_frequencies() %}
    {{ return(
        range(1, 13) | list
        + [15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000, 10000]
    ) }}
{% endmacro %}
