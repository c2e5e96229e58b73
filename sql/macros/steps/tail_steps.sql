{#
  From test statistics to the tail of the normal distribution that p-values are made of. A list of steps for driftql.query.

  source  the step before: unit, min_rows, ref_all, cur_all (rows of the windows), ref_n, cur_n (those that can be used; unit says
          what they are); chi_square and freedom (degrees of freedom); with has_z also z and too_many
  has_z   1 where some rows have z, a normal deviate, in place of chi_square, and too_many, text that goes before few_rows

  The last step, tails, has the columns of source; few_rows (why so few rows are no basis for a check, else NULL); tail (of z, or
  of the deviate behind chi_square: see chi_square_deviate); and what chi_square_tail takes: x, df, deviate, odd, eta, mu.
#}
{% macro tail_steps(source, has_z) %}
    {{ return(adapter.dispatch('tail_steps', 'driftql')(source, has_z)) }}
{% endmacro %}

{% macro default__tail_steps(source, has_z) %}
{%- set deviates %}
    select {{ source }}.*,
        {{ 'coalesce(too_many, ' if has_z }}{{ driftql.few_rows_reason('ref_all', 'cur_all', 'ref_n', 'cur_n', 'unit', 'min_rows') }}{{ ')' if has_z }} as few_rows,
        {{ 'coalesce(z, ' if has_z }}{{ driftql.chi_square_deviate('chi_square', 'freedom') }}{{ ')' if has_z }} as deviate
    from {{ source }}
{%- endset -%}
{%- set fractions %}
    select deviates.*,
        1 - 1e1 / (abs(deviate) + 5) as r, chi_square as x, freedom as df, freedom - 2 * floor(freedom / 2) as odd,
        case when freedom > 0 then deviate / sqrt(freedom / 2) end as eta,
        case when freedom > 0 then chi_square / freedom - 1 end as mu
    from deviates
{%- endset -%}
{%- set tails %}
    select fractions.*,
        {{ driftql.normal_tail('deviate', 'r') }} as tail
    from fractions
{%- endset -%}
    {{ return([
        ['deviates', 'whether there are enough rows; the normal deviate behind each chi-square statistic', deviates, 1],
        ['fractions', 'parts of the formulas below', fractions, 1],
        ['tails', 'the tail of the normal distribution: a polynomial fitted to 13 digits', tails, 1]
    ]) }}
{% endmacro %}
