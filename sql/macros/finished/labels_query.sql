{#
  Reject rate, entropy and class mix, finished: one row per check, in this order, as far as there are columns for it.

  label          the label column, or 'null'
  probabilities  list of columns, one per class, or with is_list = 1 the one list column; empty: no entropy
  settings       reject_label (a quoted text), min_rows, entropy_floor and probability_tolerance (see label_profile)

  Columns: check_name (reject_rate_increase, entropy_spike, class_shift); class_name (the reject label, nothing, the class
  that moved most); ref_value and cur_value (that label's rate, or the mean entropy), effect (increase, ratio, or absolute
  shift), p_value; ref_rows and cur_rows (labeled rows, or complete probability vectors), ref_left_out and cur_left_out
  (the other rows); reason: why there is no effect or no p-value, or that no row has the reject label; else NULL;
  entropy_change: by how much the mean entropy has risen, as a share of ln(classes), the largest there is (negative where it
  has fallen; NULL in the other rows).

  The p-values are those of the two-proportion z test (one-sided), of Welch's t test (two-sided) and of the chi-square test
  of homogeneity. Where a count expected by the first or the last is below 5 the Python host turns to exact tests; here
  there is no p-value then, and a reason. The same for Welch's test with fewer than 5 degrees of freedom.
#}
{% macro labels_query(ref, cur, label, probabilities, is_list, settings) %}
    {{ return(adapter.dispatch('labels_query', 'driftql')(ref, cur, label, probabilities, is_list, settings)) }}
{% endmacro %}

{% macro default__labels_query(ref, cur, label, probabilities, is_list, settings) -%}
{%- set steps = driftql.threshold_steps(settings, ['min_rows', 'reject_label'])
    + driftql.label_steps(ref, cur, label, probabilities, is_list, settings['entropy_floor'])
    + driftql.label_test_steps(driftql.label_checks(label, probabilities), 1) + driftql.tail_steps('label_tests', 1) -%}
{%- set final -%}
select
    check_name,
    case when few_rows is null then class_name end as class_name,
    case when few_rows is null then ref_value end as ref_value,
    case when few_rows is null then cur_value end as cur_value,
    case when few_rows is null then effect end as effect,
    case
        when few_rows is not null then null
        when known_p is not null then known_p
        when chi_square is not null then {{ driftql.chi_square_tail('x', 'df', 'deviate', 'tail', 'odd', 'eta', 'mu') }}
        else sides * tail
    end as p_value,
    cast(ref_n as {{ driftql.type_integer() }}) as ref_rows,
    cast(cur_n as {{ driftql.type_integer() }}) as cur_rows,
    cast(ref_all - ref_n as {{ driftql.type_integer() }}) as ref_left_out,
    cast(cur_all - cur_n as {{ driftql.type_integer() }}) as cur_left_out,
    case
        when few_rows is not null then few_rows
        when known_p is null and chi_square is null and z is null then no_p_reason
    end as reason,
    case when few_rows is null then entropy_change end as entropy_change
from tails
order by place
{%- endset -%}
{{ driftql.query(steps, 'one row per check', final) }}
{%- endmacro %}
