{#
  Counts of the labels of both windows, with the entropy and the flaws of the class probabilities of each label's rows. A
  list of steps for driftql.query.

  label          the label column, or 'null'; a list of two, reference and current, where they differ
  probabilities  list of columns, one per class, or with is_list = 1 the one list column; empty: no entropy
  floor          probabilities are raised to at least this before the logarithm

  Steps: labeled_rows, scored, labels (one row per label, at most 2,001; NULL is a label, too: for each window the label's rows, how
  many of them have an entropy, scored, and its mean and sample variance, as ref_rows, ref_scored, ref_mean, ref_variance and
  cur_rows, ...; and class_count, how many probabilities a row has at most).
#}
{% macro label_steps(ref, cur, label, probabilities, is_list, floor) %}
    {{ return(adapter.dispatch('label_steps', 'driftql')(ref, cur, label, probabilities, is_list, floor)) }}
{% endmacro %}

{% macro default__label_steps(ref, cur, label, probabilities, is_list, floor) %}
{%- set labels_read = [label, label] if label is string else label -%}
{%- set predictions %}
{%- for source in [ref, cur] %}
{{- driftql.prediction_values(source, loop.index0, labels_read[loop.index0], probabilities, is_list) }}
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- endset -%}
{%- set names = driftql.prediction_names(probabilities, is_list) -%}
{%- set scored %}
    select is_current, label,
{%- if probabilities %}
        {{ driftql.row_entropy(names, is_list, floor) }} as entropy, {{ driftql.array_size(names[0]) if is_list else names | length }} as class_count
{%- else %}
        {{ driftql.as_double('null') }} as entropy, 0 as class_count
{%- endif %}
    from labeled_rows
{%- endset -%}
{%- set labels %}
    select
        label, {{ driftql.as_double('max(class_count)') }} as class_count,
{%- for prefix in ['ref', 'cur'] %}
{%- set own = 'case when is_current = ' ~ loop.index0 ~ ' then ' %}
        {{ driftql.as_double('count(' ~ own ~ '1 end)') }} as {{ prefix }}_rows,
        {{ driftql.as_double('count(' ~ own ~ 'entropy end)') }} as {{ prefix }}_scored,
        avg({{ own }}entropy end) as {{ prefix }}_mean,
        var_samp({{ own }}entropy end) as {{ prefix }}_variance{{ ',' if not loop.last }}
{%- endfor %}
    from scored group by label limit 2001
{%- endset -%}
    {{ return([
        ['labeled_rows', 'the label and the probabilities of every row, each cast and named once', predictions, 0],
        ['scored', "every row's entropy", scored, 0],
        ['labels', 'one row per label', labels, 0]
    ]) }}
{% endmacro %}
