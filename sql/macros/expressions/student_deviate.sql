{#
  The normal deviate with the tail of Student's t with df degrees of freedom (not whole ones only): Hill (1970),
  "Algorithm 395", Communications of the ACM 13(10). From 5 degrees on the probability is wrong by at most 2e-7.

  w   student_root(t, u, df), computed in an earlier step
  w2  w * w
  b   48 * (df - 1/2)^2
#}
{% macro student_deviate(w, w2, b) %}
    {{ return(adapter.dispatch('student_deviate', 'driftql')(w, w2, b)) }}
{% endmacro %}

{% macro default__student_deviate(w, w2, b) -%}
{{ w }} + {{ w }} * ({{ w2 }} + 3) / {{ b }}
            - {{ w }} * (((4 * {{ w2 }} + 33) * {{ w2 }} + 240) * {{ w2 }} + 855)
            / (10 * {{ b }} * ({{ b }} + 8e-1 * {{ w2 }} * {{ w2 }} + 100))
{%- endmacro %}
