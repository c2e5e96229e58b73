{#
  Whether the current window has more rows in categories that the reference does not have than chance explains. A list of steps
  for driftql.query.

  source  the step before: one row per category, or per group of categories of similar frequency, with the columns
            feature_number       of which feature
            least_rows           the fewest rows that a category of the group has in both windows together, as a double
            most_rows            the most
            group_size           how many categories it holds
            ref_n, cur_n         rows of each window, the same for all of a feature, as are the next two
            unseen               current rows of categories without a reference row
            largest_new          current rows of the largest of these
  prefix  what the names of the steps begin with

  The last step, {prefix}_new, has the columns of source, and new_p_value: a bound of the probability of at least so many
  rows in unseen categories, or in one of them, if rows were dealt to the windows by chance; 1 where there are none.

  With h(k) the probability that all k rows of a category are current, the unseen rows exceed u with a probability of at
  most exp(-t * u) * product(1 + h(k) * (exp(t * k) - 1)) for each t (Chernoff), here the tilts times -ln(current rows / all
  rows). At the steep ones, which have a cut, categories with more rows than the cut times the inverse of that logarithm
  stand apart, and the sum of their h(k) is added (Boole). The largest has x rows or more with a probability of at most the
  sum of h(k) over k >= x. The p-value is twice the least of all bounds. See new_category_test in driftql.stats.categories.
#}
{% macro new_category_steps(source, prefix) %}
    {{ return(adapter.dispatch('new_category_steps', 'driftql')(source, prefix)) }}
{% endmacro %}

{% macro default__new_category_steps(source, prefix) %}
{%- set tilts = [
    '2e-3', '5e-3', '1e-2', '2e-2', '3.5e-2', '5e-2', '7.5e-2', '1e-1', '1.5e-1', '2e-1', '3e-1', '4e-1', '5e-1', '6e-1', '7e-1',
    '8e-1', '9e-1', '9.5e-1'
] -%}
{%- set steep, cuts = ['1.5e0', '2.5e0', '4e0'], ['1e1', '3e1'] -%}
{%- set digits %}
    select 0 as digit union all select 1 union all select 2 union all select 3 union all select 4
{%- endset -%}
{%- set tilt_of %}case bound_number
{%- for tilt in tilts + steep + steep %}
            {{- '\n            ' if loop.index0 % 5 == 0 else ' ' }}when {{ loop.index }} then {{ tilt }}
{%- endfor %}
            else 0e0 end
{%- endset -%}
{%- set places %}
    select
        bound_number, {{ driftql.as_double(tilt_of) }} as tilt,
        case when bound_number > {{ tilts | length + steep | length }} then {{ driftql.as_double(cuts[1]) }}
            when bound_number > {{ tilts | length }} then {{ driftql.as_double(cuts[0]) }} end as cut
    from (
        select 5 * fives.digit + ones.digit as bound_number
        from {{ prefix }}_digits as fives cross join {{ prefix }}_digits as ones
    ) as bound_numbers
{%- endset -%}
{%- set tilted %}
    select {{ source }}.*, bound_number, tilt, cut,
        -ln(nullif(cur_n, 0) / (ref_n + cur_n)) as slope,
        case when least_rows <= cur_n then least_rows
            * ln((cur_n - (least_rows - 1) / 2) / (ref_n + cur_n - (least_rows - 1) / 2)) end as log_all_current,
        case when largest_new > 0 and most_rows >= largest_new and least_rows <= cur_n
            then greatest(least_rows, largest_new) end as large_rows
    from {{ source }} cross join {{ prefix }}_places
{%- endset -%}
{%- set exponents %}
    select {{ prefix }}_tilted.*,
        {{ driftql.exp_of('log_all_current') }} as all_current,
        large_rows * ln((cur_n - (large_rows - 1) / 2) / (ref_n + cur_n - (large_rows - 1) / 2)) as log_as_large,
        case when most_rows > cut / nullif(slope, 0) then 1 else 0 end as stands_apart,
        case when least_rows = most_rows then log_all_current + tilt * slope * least_rows
            when log_all_current is null then null
            when tilt < 1 then (tilt - 1) * slope * least_rows else (tilt - 1) * slope * most_rows end as exponent
    from {{ prefix }}_tilted
{%- endset -%}
{%- set terms %}
    select {{ prefix }}_exponents.*,
        {{ driftql.exp_of('log_as_large') }} as as_large,
        case when bound_number = 0 or stands_apart = 1 or exponent is null then 0
            when least_rows = most_rows then {{ driftql.exp_of('exponent') }} - all_current
            else {{ driftql.exp_of('exponent') }}
        end as term
    from {{ prefix }}_exponents
{%- endset -%}
{%- set sums %}
    select {{ prefix }}_terms.*,
        sum(group_size * case when term < 1e-16 then term
            when term < 1e-5 then term - term * term / 2 + term * term * term / 3 else ln(1 + term) end)
            over (partition by feature_number, bound_number) - tilt * slope * unseen as log_bound,
        sum(group_size * case when bound_number = 0 then as_large when stands_apart = 1 then all_current else 0 end)
            over (partition by feature_number, bound_number) as beside
    from {{ prefix }}_terms
{%- endset -%}
{%- set bounds %}
    select {{ prefix }}_sums.*,
        min(case
            when bound_number > 0 and cut is null then log_bound
            when bound_number = 0 then ln(greatest(beside, 1e-300))
            when log_bound > 1 then ln(beside + exp(1e0))
            else ln(greatest(beside + {{ driftql.exp_of('log_bound') }}, 1e-300))
        end) over (partition by feature_number) + ln(2e0) as log_p
    from {{ prefix }}_sums
{%- endset -%}
{%- set judged %}
    select {{ prefix }}_bounds.*,
        case when unseen = 0 or log_p >= 0 then 1 when log_p < -690 then 1e-300 else exp(log_p) end as new_p_value
    from {{ prefix }}_bounds where bound_number = 0
{%- endset -%}
    {{ return([
        [prefix ~ '_digits', 'numbers', digits, 0],
        [prefix ~ '_places', 'where the bound of Chernoff is tried', places, 0],
        [prefix ~ '_tilted', 'how probable it is that all rows of a category are current', tilted, 0],
        [prefix ~ '_exponents', 'the exponents of the bound', exponents, 0],
        [prefix ~ '_terms', 'what each category adds to it', terms, 0],
        [prefix ~ '_sums', 'the bound at each place', sums, 0],
        [prefix ~ '_bounds', 'the least of the bounds', bounds, 0],
        [prefix ~ '_new', 'the p-value of new categories', judged, 0]
    ]) }}
{% endmacro %}
