{#
  Label counts of both windows, with the entropy and the flaws of the class probabilities of each label's rows: one row per
  window and label, most frequent first, at most max_rows rows. Means and variances of the groups combine exactly into those of the window.

  label          the label column, or 'null'; a list of two, reference and current, where they differ
  probabilities  list of columns, one per class, or with is_list = 1 the one list column; empty: no entropy
  floor          probabilities are raised to at least this before the logarithm
  tolerance      a row whose probabilities sum to 1 within this is well formed
#}
{% macro label_profile(ref, cur, label, probabilities, is_list, floor, tolerance, max_rows) %}
    {{ return(adapter.dispatch('label_profile', 'driftql')(ref, cur, label, probabilities, is_list, floor, tolerance, max_rows)) }}
{% endmacro %}

{% macro default__label_profile(ref, cur, label, probabilities, is_list, floor, tolerance, max_rows) -%}
{%- set names = driftql.prediction_names(probabilities, is_list) -%}
{%- set ref_label, cur_label = [label, label] if label is string else label -%}
{%- set predictions %}
{{- driftql.prediction_values(ref, 0, ref_label, probabilities, is_list) }}
    union all
{{- driftql.prediction_values(cur, 1, cur_label, probabilities, is_list) }}
{%- endset -%}
{%- set scored %}
    select
        is_current,
        label,
{%- if probabilities %}
        {{ driftql.row_entropy(names, is_list, floor) }} as entropy,
        {{ driftql.array_size(names[0]) if is_list else names | length }} as class_count,
        case when {{ driftql.row_out_of_range(names, is_list) }} then 1 else 0 end as out_of_range,
        case when {{ driftql.row_is_complete(names, is_list) }}
            and abs({{ driftql.row_probability_sum(names, is_list) }} - 1) > {{ tolerance }} then 1 else 0 end as not_normalized
{%- else %}
        {{ driftql.as_double('null') }} as entropy,
        0 as class_count,
        0 as out_of_range,
        0 as not_normalized
{%- endif %}
    from labeled_rows
{%- endset -%}
{%- set final -%}
select
    is_current,
    label,
    count(*) as label_rows,
    count(entropy) as entropy_rows,
    avg(entropy) as entropy_mean,
    var_samp(entropy) as entropy_variance,
    max(class_count) as class_count,
    sum(out_of_range) as out_of_range_rows,
    sum(not_normalized) as not_normalized_rows
from scored
group by is_current, label
order by label_rows desc, label, is_current
limit {{ max_rows }}
{%- endset -%}
{{ driftql.query([
    ['labeled_rows', 'the label and the probabilities of every row, each cast and named once', predictions, 0],
    ['scored', "every row's entropy and flaws", scored, 0]
], 'counts and moments of each label', final) }}
{%- endmacro %}
