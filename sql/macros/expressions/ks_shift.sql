{#
  How far a finite KS statistic lies below its limit, times the square root of ks_size: the correction of Hodges (1958), "The
  significance probability of the Smirnov two-sample test", Arkiv för Matematik 3, less half a step of the lattice that the
  statistic lies on. The step is 1 / (a + b) where the numbers of rows are as a to b in whole numbers; it is found where one
  divides the other, or the remainder does, and is small elsewhere. Beyond 10,000 rows: the one-sample 1 / 6, see ks_size.

  few, many  the smaller and the larger number of rows, as doubles; few is not 0, but may be NULL

  ks_shift('few', 'many')  ->  few = many = 100: 0,  100 and 200: 0.0556,  100 and 137: 0.2370,  20000 each: 0.1667
#}
{% macro ks_shift(few, many) %}
    {{ return(adapter.dispatch('ks_shift', 'driftql')(few, many)) }}
{% endmacro %}

{% macro default__ks_shift(few, many) -%}
{%- set rest = '(' ~ many ~ ' - ' ~ few ~ ' * floor(' ~ many ~ ' / ' ~ few ~ '))' -%}
case
            when {{ many }} > 10000 then 1 / 6e0
            else ({{ many }} + 2 * {{ few }}) / (6 * ({{ few }} + {{ many }})) - case
            when {{ rest }} = 0 then {{ few }}
            when {{ few }} - {{ rest }} * floor({{ few }}
            / nullif({{ rest }}, 0)) = 0 then {{ rest }} else 0
            end / (2 * ({{ few }} + {{ many }}))
        end
{%- endmacro %}
