{#
  Return what a filter may call on an engine, and none for an engine that driftql does not know. Made by
  `python -m tests.support.known_functions` from the lists in src/driftql/sql/functions.

  allowed, changing        functions, and those that give another answer each time
  words, unless_columns    words that call a function without parentheses; the second kind means a column where there is one
  operators, types         where users can define their own: those of the engine
  between, before, values  words of the language that a parenthesis may follow
#}
{% macro _known_functions(engine) %}
    {%- set language = {
        'between': '
            and between collate div escape for from glob ilike in is like or placing regexp rlike similar_to using xor
        '.split(),
        'before': 'all any case distinct else interval not some symmetric then when'.split(),
        'values': 'end false null true'.split()
    } -%}
    {%- set known = {
        'bigquery': {
            'allowed': '
                abs acos acosh array_concat array_first array_last array_length array_reverse array_slice array_to_string
                ascii asin asinh atan atan2 atanh bigdecimal bignumeric bit_count bool byte_length bytes cast cbrt ceil
                ceiling char_length character_length chr coalesce code_points_to_bytes code_points_to_string collate concat
                contains_substr cos cosh cosine_distance cot coth csc csch current_date current_datetime current_time
                current_timestamp date date_add date_diff date_from_unix_date date_sub date_trunc datetime datetime_add
                datetime_diff datetime_sub datetime_trunc decimal div edit_distance ends_with euclidean_distance exp extract
                farm_fingerprint float64 floor format format_date format_datetime format_time format_timestamp from_base32
                from_base64 from_hex generate_array greatest ieee_divide if ifnull initcap instr int64 is_inf is_nan
                json_array json_array_append json_array_insert json_extract json_extract_array json_extract_scalar
                json_extract_string_array json_keys json_object json_query json_query_array json_remove json_set
                json_strip_nulls json_type json_value json_value_array justify_days justify_hours justify_interval last_day
                lax_bool lax_float64 lax_int64 lax_string least left length ln log log10 lower lpad ltrim make_interval md5
                mod net.host net.ip_from_string net.ip_net_mask net.ip_to_string net.ip_trunc net.ipv4_from_int64
                net.ipv4_to_int64 net.public_suffix net.reg_domain net.safe_ip_from_string normalize normalize_and_casefold
                nullif numeric octet_length offset ordinal parse_bignumeric parse_date parse_datetime parse_json parse_numeric
                parse_time parse_timestamp pow power range range_bucket range_contains range_end range_overlaps range_start
                regexp_contains regexp_extract regexp_extract_all regexp_instr regexp_replace regexp_substr repeat replace
                reverse right round rpad rtrim safe_add safe_cast safe_convert_bytes_to_string safe_divide safe_multiply
                safe_negate safe_offset safe_ordinal safe_subtract sec sech sha1 sha256 sha512 sign sin sinh soundex split
                sqrt st_contains st_coveredby st_covers st_distance st_dwithin st_geogfromtext st_geogpoint st_intersects
                st_within st_x st_y starts_with string strpos struct substr substring tan tanh time time_add time_diff
                time_sub time_trunc timestamp timestamp_add timestamp_diff timestamp_micros timestamp_millis timestamp_seconds
                timestamp_sub timestamp_trunc to_base32 to_base64 to_code_points to_hex to_json to_json_string translate trim
                trunc unicode unix_date unix_micros unix_millis unix_seconds unnest upper
            '.split(),
            'changing': 'generate_uuid rand'.split(),
            'words': ''.split(),
            'unless_columns': ''.split(),
            'operators': ''.split(),
            'types': ''.split(),
            'builtin_schemas': 'safe'.split(),
            'chains_calls': false,
            'has_fields': true,
            'is_extensible': false,
            'in_reads_tables': false
        },
        'clickhouse': {
            'allowed': '
                abs accuratecast accuratecastordefault accuratecastornull acos acosh adddate adddays addhours addinterval
                addmicroseconds addmilliseconds addminutes addmonths addnanoseconds addquarters addseconds addtupleofintervals
                addweeks addyears age alphatokens and appendtrailingcharifabsent areacartesian areaspherical array
                array_remove array_to_string arrayall arrayauc arrayaucpr arrayautocorrelation arrayavg arraybottomk
                arraycompact arrayconcat arraycount arraycumsum arraycumsumnonnegative arraydifference arraydistinct
                arraydotproduct arrayelement arrayelementornull arrayenumerate arrayenumeratedense arrayenumeratedenseranked
                arrayenumerateuniq arrayenumerateuniqranked arrayexcept arrayexists arrayfill arrayfilter arrayfirst
                arrayfirstindex arrayfirstornull arrayflatten arrayflattenedlength arrayfold arrayintersect arrayjaccardindex
                arraylast arraylastindex arraylastornull arraylevenshteindistance arraylevenshteindistanceweighted arraymap
                arraymax arraymin arraynormalizedgini arraypopback arraypopfront arrayprauc arrayproduct arraypushback
                arraypushfront arrayreduce arrayreduceinranges arrayremove arrayresize arrayreverse arrayreversefill
                arrayreversesort arrayreversesplit arrayrocauc arrayrotateleft arrayrotateright arrayshiftleft arrayshiftright
                arrayshingles arraysimilarity arrayslice arraysort arraysplit arraystringconcat arraysum
                arraysymmetricdifference arraytopk arraytranspose arrayunion arrayuniq arraywithconstant arrayzip
                arrayzipunaligned ascii asin asinh assumenotnull atan atan2 atanh avg2 bar base32decode base32encode
                base58decode base58encode base64decode base64encode base64urldecode base64urlencode basename bin bitand
                bitcount bithammingdistance bitmapand bitmapandcardinality bitmapandnot bitmapandnotcardinality bitmapbuild
                bitmapcardinality bitmapcontains bitmaphasall bitmaphasany bitmapmax bitmapmin bitmapor bitmaporcardinality
                bitmapsubsetinrange bitmapsubsetlimit bitmaptoarray bitmaptransform bitmapxor bitmapxorcardinality
                bitmasktoarray bitmasktolist bitnot bitor bitpositionstoarray bitrotateleft bitrotateright bitshiftleft
                bitshiftright bitslice bittest bittestall bittestany bitxor bytehammingdistance bytesize byteslice byteswap
                cardinality casefoldutf8 casewithoutexpr casewithoutexpression cast cbrt ceil ceiling changeday changehour
                changeminute changemonth changesecond changeyear char char_length character_length cityhash64 clamp coalesce
                coloroklabtosrgb coloroklchtosrgb colorsrgbtooklab colorsrgbtooklch comparesubstrings concat concat_ws
                concatassumeinjective concatwithseparator concatwithseparatorassumeinjective conv convertcharset cos cosh
                cosinedistance cosinedistancetransposed cosinedistancetransposedquantized countdigits countequal countmatches
                countmatchescaseinsensitive countsubstrings countsubstringscaseinsensitive countsubstringscaseinsensitiveutf8
                crc32 crc32ieee crc64 curdate current_date current_timestamp cutfragment cutipv6 cutquerystring
                cutquerystringandfragment cuttofirstsignificantsubdomain cuttofirstsignificantsubdomaincustom
                cuttofirstsignificantsubdomaincustomrfc cuttofirstsignificantsubdomaincustomwithwww
                cuttofirstsignificantsubdomaincustomwithwwwrfc cuttofirstsignificantsubdomainrfc
                cuttofirstsignificantsubdomainwithwww cuttofirstsignificantsubdomainwithwwwrfc cuturlparameter cutwww
                dameraulevenshteindistance date date_bin date_diff date_format date_trunc datediff datename datetime
                datetime64 datetime64tosnowflakeid datetimetosnowflakeid datetrunc day dayofmonth dayofweek dayofyear decimal
                decimal128 decimal256 decimal32 decimal64 decodehtmlcomponent decodeurlcomponent decodeurlformcomponent
                decodexmlcomponent defaultvalueofargumenttype defaultvalueoftypename degrees digits distancecosine
                distancecosinetransposed distancel1 distancel2 distancel2squared distancel2transposed distancelinf distancelp
                divide dividedecimal divideornull domain domainrfc domainwithoutwww domainwithoutwwwrfc dotproduct
                dotproducttransposed dotproducttransposedquantized dynamicelement dynamictype e editdistance editdistanceutf8
                empty emptyarraydate emptyarraydatetime emptyarrayfloat32 emptyarrayfloat64 emptyarrayint16 emptyarrayint32
                emptyarrayint64 emptyarrayint8 emptyarraystring emptyarraytosingle emptyarrayuint16 emptyarrayuint32
                emptyarrayuint64 emptyarrayuint8 encodeurlcomponent encodeurlformcomponent encodexmlcomponent endswith
                endswithcaseinsensitive endswithcaseinsensitiveutf8 endswithutf8 enum enum16 enum8 equals erf erfc exp exp10
                exp2 extract extractall extractallgroups extractallgroupshorizontal extractallgroupsvertical extractgroups
                extractkeyvaluepairs extractkeyvaluepairswithescaping extracttextfromhtml extracturlparameter
                extracturlparameternames extracturlparameters factorial farmfingerprint64 farmhash64 finalizeaggregation
                financialinternalrateofreturn financialinternalrateofreturnextended financialnetpresentvalue firstline
                firstnondefault firstsignificantsubdomain firstsignificantsubdomaincustom firstsignificantsubdomaincustomrfc
                firstsignificantsubdomainrfc fixedstring flatten flattentuple flipcoordinates floor format format_bytes
                formatdatetime formatdatetimeinjodasyntax formatreadabledecimalsize formatreadablequantity formatreadablesize
                formatreadabletimedelta fragment from_base64 from_days from_unixtime from_utc_timestamp fromdayssinceyearzero
                fromdayssinceyearzero32 frommodifiedjulianday frommodifiedjuliandayornull fromunixtimestamp
                fromunixtimestamp64micro fromunixtimestamp64milli fromunixtimestamp64nano fromunixtimestamp64second
                fromunixtimestampinjodasyntax fromutctimestamp gccmurmurhash gcd geodistance geohashdecode geohashencode
                geometryintersectcartesian geometryintersectspherical geotoh3 geotomgrs geotoutm getsizeofenumtype
                getsubcolumn greatcircleangle greatcircledistance greater greaterorequals greatest h3cellaream2
                h3cellarearads2 h3distance h3edgeangle h3edgelengthkm h3edgelengthm h3exactedgelengthkm h3exactedgelengthm
                h3exactedgelengthrads h3getbasecell h3getdestinationindexfromunidirectionaledge h3getfaces
                h3getindexesfromunidirectionaledge h3getoriginindexfromunidirectionaledge h3getpentagonindexes
                h3getres0indexes h3getresolution h3getunidirectionaledge h3getunidirectionaledgeboundary
                h3getunidirectionaledgesfromhexagon h3hexareakm2 h3hexaream2 h3hexring h3indexesareneighbors h3ispentagon
                h3isresclassiii h3isvalid h3kring h3line h3numhexagons h3pointdistkm h3pointdistm h3pointdistrads
                h3tocenterchild h3togeo h3togeoboundary h3toparent h3tostring h3unidirectionaledgeisvalid halfmd5 has hasall
                hasalltoken hasalltokens hasany hasanytoken hasanytokens hasphrase hassubsequence
                hassubsequencecaseinsensitive hassubsequencecaseinsensitiveutf8 hassubsequenceutf8 hassubstr hastoken
                hastokencaseinsensitive hastokencaseinsensitiveornull hastokenornull hex highlight hilbertdecode hilbertencode
                hivehash hop hopend hopstart hour hypot icebergbucket iceberghash icebergtruncate identity if ifnotfinite
                ifnull ilike indexof indexofassumesorted inet6_aton inet6_ntoa inet_aton inet_ntoa initcap initcaputf8
                initializeaggregation instr intdiv intdivornull intdivorzero intexp10 intexp2 inthash32 inthash64
                ipv4cidrtorange ipv4numtostring ipv4numtostringclassc ipv4stringtonum ipv4stringtonumordefault
                ipv4stringtonumornull ipv4toipv6 ipv6cidrtorange ipv6numtostring ipv6stringtonum ipv6stringtonumordefault
                ipv6stringtonumornull isascii isdecimaloverflow isdistinctfrom isdynamicelementinshareddata isfinite
                isinfinite isipaddressinrange isipv4string isipv6string isnan isnotdistinctfrom isnotnull isnull isnullable
                isprime isprobableprime isvalidascii isvalidjson isvalidutf8 iszeroornull jarosimilarity jarowinklersimilarity
                javahash javahashutf16le json json_array_length json_exists json_query json_value jsonallpaths
                jsonallpathswithtypes jsonallvalues jsonarraylength jsondynamicpaths jsondynamicpathswithtypes jsonextract
                jsonextractarrayraw jsonextractarrayrawcaseinsensitive jsonextractbool jsonextractboolcaseinsensitive
                jsonextractcaseinsensitive jsonextractfloat jsonextractfloatcaseinsensitive jsonextractint
                jsonextractintcaseinsensitive jsonextractkeys jsonextractkeysandvalues jsonextractkeysandvaluescaseinsensitive
                jsonextractkeysandvaluesraw jsonextractkeysandvaluesrawcaseinsensitive jsonextractkeyscaseinsensitive
                jsonextractraw jsonextractrawcaseinsensitive jsonextractstring jsonextractstringcaseinsensitive
                jsonextractuint jsonextractuintcaseinsensitive jsonhas jsonkey jsonlength jsonshareddatapaths
                jsonshareddatapathswithtypes jsontype jumpconsistenthash kafkamurmurhash keccak256 kostikconsistenthash kqlbin
                kqlbinat kqldatetimebinat kqldivide kqlmultiply kqlrangecount kqltotimespan l1distance l1norm l1normalize
                l2distance l2distancetransposed l2distancetransposedquantized l2norm l2normalize l2squareddistance
                l2squarednorm last_day lcase lcm least left leftpad leftpadutf8 leftutf8 length lengthutf8 less lessorequals
                levenshteindistance levenshteindistanceutf8 lgamma like linfdistance linfnorm linfnormalize ln localtime
                localtimestamp locate log log10 log1p log2 lowcardinality lower lowerutf8 lpad lpdistance lpnorm lpnormalize
                ltrim macnumtostring macstringtonum macstringtooui makedate makedate32 makedatetime makedatetime64 map
                map_from_arrays mapadd mapall mapapply mapconcat mapcontains mapcontainskey mapcontainskeylike
                mapcontainsvalue mapcontainsvaluelike mapexists mapextractkeylike mapextractvaluelike mapfilter mapfromarrays
                mapfromstring mapkeys mappartialreversesort mappartialsort mappopulateseries mapreversesort mapsort
                mapsubtract mapupdate mapvalues match matchcaseinsensitive matchphrase materialize max2 md4 md5 metrohash64
                mgrstogeo microsecond mid midpoint millisecond min2 minsamplesizecontinous minsamplesizecontinuous
                minsamplesizeconversion minus minute mismatches mod modornull modulo modulolegacy moduloornull moduloorzero
                month monthname mortondecode mortonencode multifuzzymatchallindices multifuzzymatchany multifuzzymatchanyindex
                multiif multimatchallindices multimatchany multimatchanyindex multiply multiplydecimal multisearchallpositions
                multisearchallpositionscaseinsensitive multisearchallpositionscaseinsensitiveutf8 multisearchallpositionsutf8
                multisearchany multisearchanycaseinsensitive multisearchanycaseinsensitiveutf8 multisearchanyutf8
                multisearchfirstindex multisearchfirstindexcaseinsensitive multisearchfirstindexcaseinsensitiveutf8
                multisearchfirstindexutf8 multisearchfirstposition multisearchfirstpositioncaseinsensitive
                multisearchfirstpositioncaseinsensitiveutf8 multisearchfirstpositionutf8 murmurhash2_32 murmurhash2_64
                murmurhash3_128 murmurhash3_32 murmurhash3_64 mvtboundingbox mvtboundingboxmercator mvtencodegeom nanosecond
                natural_sort_key naturalsortkey negate nested netloc ngramdistance ngramdistancecaseinsensitive
                ngramdistancecaseinsensitiveutf8 ngramdistanceutf8 ngramminhash ngramminhasharg ngramminhashargcaseinsensitive
                ngramminhashargcaseinsensitiveutf8 ngramminhashargutf8 ngramminhashcaseinsensitive
                ngramminhashcaseinsensitiveutf8 ngramminhashutf8 ngrams ngramsearch ngramsearchcaseinsensitive
                ngramsearchcaseinsensitiveutf8 ngramsearchutf8 ngramsimhash ngramsimhashcaseinsensitive
                ngramsimhashcaseinsensitiveutf8 ngramsimhashutf8 normalizel1 normalizel2 normalizelinf normalizelp
                normalizeutf8nfc normalizeutf8nfd normalizeutf8nfkc normalizeutf8nfkccasefold normalizeutf8nfkd norml1 norml2
                norml2squared normlinf normlp not notempty notequals nothas notilike notlike notmatch notmatchcaseinsensitive
                now now64 nullable nullif octet_length or overlay overlayutf8 parsedatetime parsedatetime32besteffort
                parsedatetime32besteffortornull parsedatetime32besteffortorzero parsedatetime64 parsedatetime64besteffort
                parsedatetime64besteffortornull parsedatetime64besteffortorzero parsedatetime64besteffortus
                parsedatetime64besteffortusornull parsedatetime64besteffortusorzero parsedatetime64injodasyntax
                parsedatetime64injodasyntaxornull parsedatetime64injodasyntaxorzero parsedatetime64ornull
                parsedatetime64orzero parsedatetimebesteffort parsedatetimebesteffortornull parsedatetimebesteffortorzero
                parsedatetimebesteffortus parsedatetimebesteffortusornull parsedatetimebesteffortusorzero
                parsedatetimeinjodasyntax parsedatetimeinjodasyntaxornull parsedatetimeinjodasyntaxorzero parsedatetimeornull
                parsedatetimeorzero parseiso8601duration parsereadablesize parsereadablesizeornull parsereadablesizeorzero
                parsetimedelta path pathfull perimetercartesian perimeterspherical pi plus pmod pmodornull pointinellipses
                pointinpolygon polygonareacartesian polygonareaspherical polygonconvexhullcartesian polygonperimetercartesian
                polygonperimeterspherical polygonsdistancecartesian polygonsdistancespherical polygonsequalscartesian
                polygonsintersectcartesian polygonsintersectioncartesian polygonsintersectionspherical
                polygonsintersectspherical polygonssymdifferencecartesian polygonssymdifferencespherical
                polygonsunioncartesian polygonsunionspherical polygonswithincartesian polygonswithinspherical port portrfc
                position positioncaseinsensitive positioncaseinsensitiveutf8 positionutf8 positive_modulo
                positive_modulo_or_null positivemodulo positivemoduloornull pow power prettyprintjson printf proportionsztest
                protocol quarter querystring querystringandfragment radians range readwkblinestring readwkbmultilinestring
                readwkbmultipoint readwkbmultipolygon readwkbpoint readwkbpolygon readwktlinestring readwktmultilinestring
                readwktmultipoint readwktmultipolygon readwktpoint readwktpolygon readwktring regexp_extract regexp_instr
                regexp_matches regexp_replace regexp_substr regexpextract regexpinstr regexpposition regexpquotemeta
                reinterpret reinterpretasdate reinterpretasdatetime reinterpretasfixedstring reinterpretasfloat32
                reinterpretasfloat64 reinterpretasint128 reinterpretasint16 reinterpretasint256 reinterpretasint32
                reinterpretasint64 reinterpretasint8 reinterpretasstring reinterpretasuint128 reinterpretasuint16
                reinterpretasuint256 reinterpretasuint32 reinterpretasuint64 reinterpretasuint8 reinterpretasuuid
                removeaccentsutf8 removediacriticsutf8 repeat replace replaceall replaceone replaceregexpall replaceregexpone
                replicate reverse reversebyseparator reverseutf8 right rightpad rightpadutf8 rightutf8 ripemd160 round
                roundage roundbankers rounddown roundduration roundtoexp2 rpad rtrim scalarproduct scalarproducttransposed
                second sha1 sha224 sha256 sha384 sha512 sha512_256 sigmoid sign simplejsonextractbool simplejsonextractfloat
                simplejsonextractint simplejsonextractraw simplejsonextractstring simplejsonextractuint simplejsonhas sin sinh
                siphash128 siphash128keyed siphash128reference siphash128referencekeyed siphash64 siphash64keyed
                snowflakeidtodatetime snowflakeidtodatetime64 soundex space sparsegrams sparsegramshashes
                sparsegramshashesutf8 sparsegramsutf8 splitbyalpha splitbychar splitbynonalpha splitbyregexp splitbystring
                splitbywhitespace sqid sqiddecode sqidencode sqr sqrt st_asmvtgeom st_linefromwkb st_mlinefromwkb
                st_mpointfromwkb st_mpolyfromwkb st_pointfromwkb st_polyfromwkb startswith startswithcaseinsensitive
                startswithcaseinsensitiveutf8 startswithutf8 str_to_date str_to_map string stringbytesentropy stringbytesuniq
                stringjaccardindex stringjaccardindexutf8 stringtoh3 subbitmap subdate substr substring substring_index
                substringindex substringindexutf8 substringutf8 subtractdays subtracthours subtractinterval
                subtractmicroseconds subtractmilliseconds subtractminutes subtractmonths subtractnanoseconds subtractquarters
                subtractseconds subtracttupleofintervals subtractweeks subtractyears tan tanh tgamma time64 time_bucket
                timediff timeslot timestamp timestamp_diff timestampdiff timezoneof timezoneoffset to_base64 to_days
                to_unixtime to_utc_timestamp tobfloat16 tobfloat16ornull tobfloat16orzero tobool todate todate32
                todate32ordefault todate32ornull todate32orzero todateordefault todateornull todateorzero todatetime
                todatetime32 todatetime64 todatetime64ordefault todatetime64ornull todatetime64orzero todatetimeordefault
                todatetimeornull todatetimeorzero today todayofmonth todayofweek todayofyear todaysinmonth todayssinceyearzero
                todecimal128 todecimal128ordefault todecimal128ornull todecimal128orzero todecimal256 todecimal256ordefault
                todecimal256ornull todecimal256orzero todecimal32 todecimal32ordefault todecimal32ornull todecimal32orzero
                todecimal64 todecimal64ordefault todecimal64ornull todecimal64orzero todecimalstring tofixedstring tofloat32
                tofloat32ordefault tofloat32ornull tofloat32orzero tofloat64 tofloat64ordefault tofloat64ornull
                tofloat64orzero tohour toint128 toint128ordefault toint128ornull toint128orzero toint16 toint16ordefault
                toint16ornull toint16orzero toint256 toint256ordefault toint256ornull toint256orzero toint32 toint32ordefault
                toint32ornull toint32orzero toint64 toint64ordefault toint64ornull toint64orzero toint8 toint8ordefault
                toint8ornull toint8orzero tointerval tointervalday tointervalhour tointervalmicrosecond tointervalmillisecond
                tointervalminute tointervalmonth tointervalnanosecond tointervalquarter tointervalsecond tointervalweek
                tointervalyear toipv4 toipv4ordefault toipv4ornull toipv4orzero toipv6 toipv6ordefault toipv6ornull
                toipv6orzero toisoweek toisoyear tojsonstring tokens tokensforlikepattern tolastdayofmonth tolastdayofweek
                tolowcardinality tomicrosecond tomillisecond tominute tomodifiedjulianday tomodifiedjuliandayornull tomonday
                tomonth tomonthnumsinceepoch tonanosecond tonullable topleveldomain topleveldomainrfc toquarter
                torelativedaynum torelativehournum torelativeminutenum torelativemonthnum torelativequarternum
                torelativesecondnum torelativeweeknum torelativeyearnum tosecond tostartofday tostartoffifteenminutes
                tostartoffiveminute tostartoffiveminutes tostartofhour tostartofinterval tostartofisoyear tostartofmicrosecond
                tostartofmillisecond tostartofminute tostartofmonth tostartofnanosecond tostartofquarter tostartofsecond
                tostartoftenminutes tostartofweek tostartofyear tostring tostringcuttozero totime totime64 totime64ornull
                totime64orzero totimeornull totimeorzero totimewithfixeddate totimezone totypename touint128
                touint128ordefault touint128ornull touint128orzero touint16 touint16ordefault touint16ornull touint16orzero
                touint256 touint256ordefault touint256ornull touint256orzero touint32 touint32ordefault touint32ornull
                touint32orzero touint64 touint64ordefault touint64ornull touint64orzero touint8 touint8ordefault touint8ornull
                touint8orzero tounixtimestamp tounixtimestamp64micro tounixtimestamp64milli tounixtimestamp64nano
                tounixtimestamp64second toutctimestamp touuid touuidordefault touuidornull touuidorzero tovalidutf8 toweek
                toyear toyearnumsinceepoch toyearweek toyyyymm toyyyymmdd toyyyymmddhhmmss transform translate translateutf8
                trim trimboth trimleft trimright trunc truncate trybase32decode trybase58decode trybase64decode
                trybase64urldecode tumble tumbleend tumblestart tuple tupleconcat tupledivide tupledividebynumber tupleelement
                tuplehammingdistance tupleintdiv tupleintdivbynumber tupleintdivorzero tupleintdivorzerobynumber tupleminus
                tuplemodulo tuplemodulobynumber tuplemultiply tuplemultiplybynumber tuplenames tuplenegate tupleplus
                tuplepositivemodulobynumber tupletonamevaluepairs ucase unbin unhex upper upperutf8 urlhash urlhierarchy
                urlpathhierarchy utc_timestamp utctimestamp utmtogeo uuidnumtostring uuidstringtonum uuidtonum
                uuidv7todatetime varchar variant variantelement varianttype vectordifference vectorsum visiblewidth
                visitparamextractbool visitparamextractfloat visitparamextractint visitparamextractraw visitparamextractstring
                visitparamextractuint visitparamhas week width_bucket widthbucket wordshingleminhash wordshingleminhasharg
                wordshingleminhashargcaseinsensitive wordshingleminhashargcaseinsensitiveutf8 wordshingleminhashargutf8
                wordshingleminhashcaseinsensitive wordshingleminhashcaseinsensitiveutf8 wordshingleminhashutf8
                wordshinglesimhash wordshinglesimhashcaseinsensitive wordshinglesimhashcaseinsensitiveutf8
                wordshinglesimhashutf8 wyhash64 xor xxh3 xxh3_128 xxhash32 xxhash64 xxhash64spark yandexconsistenthash year
                yearweek yesterday yyyymmddhhmmsstodatetime yyyymmddhhmmsstodatetime64 yyyymmddtodate yyyymmddtodate32
            '.split(),
            'changing': '
                generateserialid generatesnowflakeid generateuuidv4 generateuuidv7 nowinblock nowinblock64 rand rand32 rand64
                randbernoulli randbinomial randcanonical randchisquared randconstant randexponential randlognormal randnormal
                randomfixedstring randomprintableascii randomstring randomstringutf8 randpoisson randuniform
            '.split(),
            'words': 'current_user session_user'.split(),
            'unless_columns': ''.split(),
            'operators': ''.split(),
            'types': ''.split(),
            'builtin_schemas': ''.split(),
            'chains_calls': false,
            'has_fields': true,
            'is_extensible': false,
            'in_reads_tables': true
        },
        'databricks': {
            'allowed': '
                abs acos acosh add_months aggregate array array_append array_compact array_contains array_distinct
                array_except array_insert array_intersect array_join array_max array_min array_position array_prepend
                array_remove array_repeat array_size array_sort array_union arrays_overlap arrays_zip ascii asin asinh atan
                atan2 atanh base64 bigint bin binary bit_count bit_get bit_length bitmap_bit_position bitmap_bucket_number
                bitmap_count boolean bround btrim cardinality case cast cbrt ceil ceiling char char_length character_length
                charindex chr coalesce collate collation concat concat_ws contains conv convert_timezone cos cosh cot crc32
                csc curdate current_date current_time current_timestamp date date_add date_diff date_format
                date_from_unix_date date_part date_sub date_trunc dateadd datediff datepart day dayname dayofmonth dayofweek
                dayofyear dec decimal decode degrees div double e element_at elt encode endswith equal_null exists exp expm1
                extract factorial filter find_in_set flatten float floor forall format_number format_string from_base32
                from_csv from_json from_unixtime from_utc_timestamp get get_json_object getbit getdate greatest
                h3_boundaryaswkt h3_longlatash3 h3_longlatash3string hash hex hmac hour hypot if iff ifnull ilike initcap
                instr int is_valid_utf8 is_valid_variant is_variant_null isnan isnotnull isnull jaro_winkler_similarity
                json_array_length json_object_keys last_day lcase least left len length levenshtein like ln localtime
                localtimestamp locate log log10 log1p log2 lower lpad ltrim luhn_check make_date make_dt_interval
                make_interval make_time make_timestamp make_timestamp_ltz make_timestamp_ntz make_valid_utf8 make_ym_interval
                map map_concat map_contains_key map_entries map_filter map_from_arrays map_from_entries map_keys map_values
                map_zip_with mask md5 minute mod month monthname months_between named_struct nanvl negative next_day now
                nullif nullifzero numeric nvl nvl2 octet_length overlay parse_json parse_url pi pmod position positive pow
                power printf quarter quote radians reduce regexp regexp_count regexp_extract regexp_extract_all regexp_instr
                regexp_like regexp_replace regexp_substr repeat replace reverse right rint rlike round rpad rtrim
                schema_of_csv schema_of_json schema_of_variant sec second sentences sequence sha sha1 sha2 shiftleft
                shiftright shiftrightunsigned sign signum sin sinh size slice smallint sort_array soundex space split
                split_part sqrt startswith str_to_map string struct substr substring substring_index tan tanh time time_bucket
                time_diff time_from_micros time_from_millis time_from_seconds time_to_micros time_to_millis time_to_seconds
                time_trunc timediff timestamp timestamp_micros timestamp_millis timestamp_nanos timestamp_seconds timestampadd
                timestampdiff tinyint to_base32 to_binary to_char to_csv to_date to_json to_number to_time to_timestamp
                to_timestamp_ltz to_timestamp_ntz to_unix_timestamp to_utc_timestamp to_varchar to_variant_object transform
                transform_keys transform_values translate trim trunc try_add try_divide try_element_at try_make_interval
                try_make_timestamp try_make_timestamp_ltz try_make_timestamp_ntz try_mod try_multiply try_parse_json
                try_parse_url try_subtract try_to_binary try_to_date try_to_number try_to_time try_to_timestamp try_url_decode
                try_validate_utf8 try_variant_array_append try_variant_get try_variant_insert try_variant_set typeof ucase
                unbase64 unhex unix_date unix_micros unix_millis unix_nanos unix_seconds unix_timestamp upper url_decode
                url_encode validate_utf8 varchar variant_array_append variant_delete variant_get variant_insert variant_set
                variant_strip_nulls vector_cosine_similarity vector_inner_product vector_l2_distance vector_norm
                vector_normalize weekday weekofyear width_bucket xxhash64 year zeroifnull zip_with
            '.split(),
            'changing': 'monotonically_increasing_id rand randn random randstr shuffle uniform uuid'.split(),
            'words': ''.split(),
            'unless_columns': 'current_catalog current_database current_schema current_user session_user user'.split(),
            'operators': ''.split(),
            'types': ''.split(),
            'builtin_schemas': ''.split(),
            'chains_calls': false,
            'has_fields': true,
            'is_extensible': false,
            'in_reads_tables': false
        },
        'duckdb': {
            'allowed': '
                abs acos acosh add age aggregate ago alias apply array_aggr array_aggregate array_append array_apply array_cat
                array_concat array_contains array_cosine_distance array_cosine_similarity array_cross_product array_distance
                array_distinct array_dot_product array_extract array_filter array_grade_up array_has array_has_all
                array_has_any array_indexof array_inner_product array_intersect array_length array_negative_dot_product
                array_negative_inner_product array_pop_back array_pop_front array_position array_prepend array_push_back
                array_push_front array_reduce array_resize array_reverse array_reverse_sort array_select array_slice
                array_sort array_to_json array_to_string array_to_string_comma_default array_transform array_unique
                array_value array_where array_zip ascii asin asinh atan atan2 atanh bar base64 bin bit_count bit_length
                bit_position bitstring bpchar can_cast_implicitly cardinality cast cbrt ceil ceiling century char char_length
                character_length chr coalesce concat concat_ws constant_or_null contains cos cosh cot current_date
                current_localtime current_localtimestamp current_time current_timestamp damerau_levenshtein date_add date_diff
                date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek dayofyear
                days_in_month dec decade decimal decode degrees divide editdist3 element_at encode ends_with enum enum_code
                enum_first enum_last enum_range enum_range_boundary epoch epoch_ms epoch_ns epoch_us equi_width_bins era even
                exp extract factorial fdiv filter flatten floor fmod format format_bytes formatreadabledecimalsize
                formatreadablesize from_base64 from_binary from_hex from_json from_json_strict gamma gcd generate_series
                get_bit get_current_time get_current_timestamp grade_up greatest greatest_common_divisor hamming hash hex hour
                if ifnull ilike_escape instr isfinite isinf isnan isodow isoyear jaccard jaro_similarity
                jaro_winkler_similarity json json_array json_array_length json_contains json_deep_merge json_exists
                json_extract json_extract_path json_extract_path_text json_extract_string json_insert json_keys
                json_merge_patch json_normalize json_object json_pretty json_quote json_remove json_replace json_set
                json_strip_nulls json_structure json_transform json_transform_strict json_type json_valid json_value julian
                last_day lcase lcm least least_common_multiple left left_grapheme len length length_grapheme levenshtein
                lgamma like_escape list_aggr list_aggregate list_any_value list_append list_apply list_approx_count_distinct
                list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat list_concat list_contains
                list_cosine_distance list_cosine_similarity list_count list_distance list_distinct list_dot_product
                list_element list_entropy list_extract list_filter list_first list_grade_up list_has list_has_all list_has_any
                list_histogram list_indexof list_inner_product list_intersect list_kurtosis list_kurtosis_pop list_last
                list_mad list_max list_median list_min list_mode list_negative_dot_product list_negative_inner_product
                list_pack list_position list_prepend list_product list_reduce list_resize list_reverse list_reverse_sort
                list_select list_sem list_skewness list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg
                list_sum list_transform list_unique list_value list_var_pop list_var_samp list_where list_zip ln localtime
                localtimestamp log log10 log2 lower lpad ltrim make_date make_time make_timestamp make_timestamp_ms
                make_timestamp_ns make_timestamptz map map_concat map_contains map_contains_entry map_contains_value
                map_entries map_extract map_extract_value map_from_entries map_keys map_values md5 md5_number md5_number_lower
                md5_number_upper microsecond millennium millisecond minute mismatches mod month monthname multiply nanosecond
                nextafter nfc_normalize normalized_interval not_ilike_escape not_like_escape now nullif numeric nvarchar
                octet_length ord overlay parse_dirname parse_dirpath parse_filename parse_formatted_bytes parse_path pi
                position pow power prefix printf quarter radians range reduce regexp_escape regexp_extract regexp_extract_all
                regexp_full_match regexp_matches regexp_replace regexp_split_to_array repeat replace reverse right
                right_grapheme round round_even roundbankers row row_to_json rpad rtrim second set_bit sha1 sha256 sign
                signbit sin sinh split split_part sqrt starts_with str_split str_split_regex strftime string string_split
                string_split_regex string_to_array strip_accents strlen strpos strptime struct struct_concat struct_contains
                struct_extract struct_extract_at struct_has struct_indexof struct_insert struct_keys struct_pack
                struct_position struct_update struct_values substr substring substring_grapheme subtract suffix tan tanh text
                time_bucket timezone timezone_hour timezone_minute to_base to_base64 to_binary to_centuries to_days to_decades
                to_hex to_hours to_json to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters
                to_seconds to_timestamp to_weeks to_years today transaction_timestamp translate trim trunc try try_cast
                try_strptime typeof ucase unbin unhex unicode union union_extract union_tag union_value upper url_decode
                url_encode uuid_extract_timestamp uuid_extract_version varchar week weekday weekofyear xor year yearweek
            '.split(),
            'changing': 'gen_random_uuid random uuid uuidv4 uuidv7'.split(),
            'words': ''.split(),
            'unless_columns': '
                current_catalog current_database current_role current_schema current_user session_user
            '.split(),
            'operators': ''.split(),
            'types': ''.split(),
            'builtin_schemas': ''.split(),
            'chains_calls': true,
            'has_fields': true,
            'is_extensible': false,
            'in_reads_tables': false
        },
        'postgres': {
            'allowed': '
                abbrev abs acos acosd acosh age area array_append array_cat array_dims array_length array_lower array_ndims
                array_position array_positions array_prepend array_remove array_replace array_reverse array_sort array_to_json
                array_to_string array_upper ascii asin asind asinh atan atan2 atan2d atand atanh bit bit_count bit_length box
                bpchar broadcast btrim cardinality casefold cast cbrt ceil ceiling center char char_length character
                character_length chr cidr circle coalesce concat concat_ws convert convert_from convert_to cos cosd cosh cot
                cotd crc32 crc32c current_date current_time current_timestamp date_add date_bin date_part date_subtract
                date_trunc daterange dec decimal decode degrees diagonal diameter div encode enum_first enum_last enum_range
                erf erfc exp extract factorial family float floor format gamma gcd get_bit get_byte greatest height host
                hostmask inet inet_merge inet_same_family initcap int4multirange int4range int8range isclosed isempty isfinite
                isopen json_array json_array_length json_build_array json_build_object json_exists json_extract_path
                json_extract_path_text json_object json_query json_strip_nulls json_typeof json_value jsonb_array_length
                jsonb_build_array jsonb_build_object jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object
                jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query_array
                jsonb_path_query_first jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_typeof justify_days
                justify_hours justify_interval lcm least left length lgamma like line ln localtime localtimestamp log log10
                lower lower_inc lower_inf lpad lseg ltrim macaddr macaddr8 make_date make_interval make_time make_timestamp
                make_timestamptz masklen md5 min_scale mod money multirange name netmask network normalize now npoints nullif
                num_nonnulls num_nulls numeric numnode numrange octet_length overlaps overlay parse_ident path
                phraseto_tsquery pi plainto_tsquery point position pow power querytree quote_ident quote_literal
                quote_nullable radians radius range_merge regexp_count regexp_instr regexp_like regexp_match regexp_replace
                regexp_split_to_array regexp_substr repeat replace reverse right round row row_to_json rpad rtrim scale
                set_bit set_byte set_masklen setweight sha224 sha256 sha384 sha512 sign sin sind sinh slope split_part sqrt
                starts_with string_to_array strip strpos substr substring tan tand tanh time timestamp timestamptz timetz
                timezone to_ascii to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct to_timestamp to_tsquery
                to_tsvector transaction_timestamp translate trim trim_array trim_scale trunc ts_headline ts_rank ts_rank_cd
                tsquery tsrange tstzrange tsvector unistr upper upper_inc upper_inf uuid_extract_timestamp
                uuid_extract_version varbit varchar varying websearch_to_tsquery width width_bucket
            '.split(),
            'changing': '
                clock_timestamp gen_random_uuid random random_normal statement_timestamp timeofday uuidv4 uuidv7
            '.split(),
            'words': '
                current_catalog current_role current_schema current_user session_user system_user user
            '.split(),
            'unless_columns': ''.split(),
            'operators': '
                !! != !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * + - -> ->> -|- / :: := < <-> << <<= <<| <= <> <@ <^ =
                => > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@ | |&> |/ |>> || ||/ ~ ~* ~<=~ ~<~ ~= ~>=~ ~>~
                ~~ ~~*
            '.split(),
            'types': '
                abbrev abs acos acosd acosh age area array array_append array_cat array_dims array_length array_lower
                array_ndims array_position array_positions array_prepend array_remove array_replace array_reverse array_sort
                array_to_json array_to_string array_upper ascii asin asind asinh atan atan2 atan2d atand atanh bigdecimal
                bigint bignum bignumeric bigserial binary bit bit_count bit_length blob bool boolean box bpchar broadcast
                btrim byte bytea cardinality casefold cast cbrt ceil ceiling center char char_length character
                character_length chr cidr circle clob coalesce concat concat_ws convert convert_from convert_to cos cosd cosh
                cot cotd crc32 crc32c date date_add date_bin date_part date_subtract date_trunc datemultirange daterange
                datetime dec decfloat decimal decimal128 decimal256 decimal32 decimal64 decode degrees diagonal diameter div
                double encode enum enum_first enum_last enum_range erf erfc exp extract factorial family fixed float float4
                float8 floor gamma gcd geography geometry get_bit get_byte greatest height host hostmask hstore hugeint inet
                inet_merge inet_same_family initcap int int1 int128 int16 int2 int256 int32 int4 int4multirange int4range
                int64 int8 int8multirange int8range integer interval isclosed isempty isfinite isopen json json_array
                json_array_length json_build_array json_build_object json_exists json_extract_path json_extract_path_text
                json_object json_query json_strip_nulls json_typeof json_value jsonb jsonb_array_length jsonb_build_array
                jsonb_build_object jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_path_exists
                jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query_array jsonb_path_query_first
                jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_typeof justify_days justify_hours
                justify_interval lcm least length lgamma line list ln log log10 long longblob longtext longvarchar lower
                lower_inc lower_inf lpad lseg ltrim macaddr macaddr8 make_date make_interval make_time make_timestamp
                make_timestamptz map masklen md5 mediumblob mediumint mediumtext min_scale mod money multirange name nchar
                netmask network normalize now npoints null nullif num_nonnulls num_nulls number numeric nummultirange numnode
                numrange nvarchar nvarchar2 object octet_length overlay parse_ident path phraseto_tsquery pi plainto_tsquery
                point position pow power querytree quote_ident quote_literal quote_nullable radians radius range range_merge
                real regexp_count regexp_instr regexp_like regexp_match regexp_replace regexp_split_to_array regexp_substr
                repeat reverse round row_to_json rpad rtrim scale serial set_bit set_byte set_masklen setweight sha224 sha256
                sha384 sha512 short sign sin sind sinh slope smallint smallserial split_part sqrt starts_with str string
                string_to_array strip strpos struct substr substring tan tand tanh text time time_ns timestamp timestamp_ltz
                timestamp_ntz timestampltz timestampntz timestamptz timetz timezone tinyblob tinyint tinytext to_ascii to_bin
                to_char to_date to_hex to_json to_jsonb to_number to_oct to_timestamp to_tsquery to_tsvector
                transaction_timestamp translate trim trim_array trim_scale trunc ts_headline ts_rank ts_rank_cd tsmultirange
                tsquery tsrange tstzmultirange tstzrange tsvector uhugeint uint uint128 uint256 union unistr upper upper_inc
                upper_inf uuid uuid_extract_timestamp uuid_extract_version varbinary varbit varchar varchar2 variant varying
                vector websearch_to_tsquery width width_bucket xml
            '.split(),
            'builtin_schemas': 'pg_catalog'.split(),
            'chains_calls': false,
            'has_fields': false,
            'is_extensible': true,
            'in_reads_tables': false
        },
        'redshift': {
            'allowed': '
                abs acos add_months age array array_concat array_distinct array_flatten ascii asin atan atan2 bpchar bpcharcmp
                btrim bttext_pattern_cmp can_json_parse cast cbrt ceil ceiling char char_length character character_length
                charindex checksum chr coalesce collate concat convert convert_timezone cos cot crc32 current_date
                current_time current_timestamp date_cmp date_cmp_timestamp date_cmp_timestamptz date_part date_part_year
                date_trunc dateadd datediff decimal decimal_precision decimal_scale decode degrees dexp difference dlog1
                dlog10 exp extract farmfingerprint64 floor fnv_hash func_sha1 get_array_length getdate greatest initcap
                interval_cmp is_array is_bigint is_boolean is_char is_decimal is_float is_integer is_object is_scalar
                is_smallint is_valid_json is_valid_json_array is_varchar json_array_length json_extract_array_element_text
                json_extract_path_text json_parse json_serialize json_serialize_to_varbyte json_size json_typeof last_day
                least left len length ln localtime localtimestamp log lower lower_attribute_names lpad ltrim md5 mod
                months_between murmur3_32_hash nchar next_day now nullif numeric nvarchar nvl nvl2 object object_transform
                octet_length octetindex pi position pow power quote_ident quote_literal radians regexp_count regexp_instr
                regexp_replace regexp_substr repeat replace replicate reverse right round rpad rtrim sha sha1 sha2 sign sin
                soundex split_part split_to_array sqrt strpos strtol subarray substr substring sysdate tan text_to_int_alt
                text_to_numeric_alt textlen time timestamp timestamp_cmp timestamp_cmp_date timestamp_cmp_timestamptz
                timestamptz timestamptz_cmp timestamptz_cmp_date timestamptz_cmp_timestamp timezone to_char to_date to_hex
                to_number to_timestamp translate trim trunc try_cast upper upper_attribute_names varbyte varchar varying
            '.split(),
            'changing': 'random timeofday'.split(),
            'words': '
                current_catalog current_role current_schema current_user current_user_id session_user user
            '.split(),
            'unless_columns': ''.split(),
            'operators': '
                != !~ !~* !~~ !~~* # % & * + - / :: < << <= <> = > >= >> @ ^ | |/ || ||/ ~ ~* ~~ ~~*
            '.split(),
            'types': '
                array bigdecimal bigint bignum bignumeric bigserial binary bit blob bool boolean bpchar byte bytea char
                character clob date datemultirange daterange datetime dec decfloat decimal decimal128 decimal256 decimal32
                decimal64 double enum fixed float float4 float8 geography geometry hllsketch hstore hugeint inet int int1
                int128 int16 int2 int256 int32 int4 int4multirange int4range int64 int8 int8multirange int8range integer
                interval json jsonb list long longblob longtext longvarchar map mediumblob mediumint mediumtext money name
                nchar null number numeric nummultirange numrange nvarchar nvarchar2 object point range real serial short
                smallint smallserial str string struct super text time time_ns timestamp timestamp_ltz timestamp_ntz
                timestampltz timestampntz timestamptz timetz tinyblob tinyint tinytext tsmultirange tsrange tstzmultirange
                tstzrange uhugeint uint uint128 uint256 union uuid varbinary varbyte varchar varchar2 variant vector xml
            '.split(),
            'builtin_schemas': 'pg_catalog'.split(),
            'chains_calls': false,
            'has_fields': true,
            'is_extensible': true,
            'in_reads_tables': false
        },
        'snowflake': {
            'allowed': '
                abs acos acosh add_months array array_append array_cat array_compact array_construct array_construct_compact
                array_contains array_distinct array_except array_flatten array_insert array_intersection array_max array_min
                array_position array_prepend array_remove array_remove_at array_size array_slice array_sort array_to_string
                arrays_overlap arrays_to_object arrays_zip as_array as_binary as_boolean as_char as_date as_decimal as_double
                as_integer as_number as_object as_real as_time as_timestamp_ltz as_timestamp_ntz as_timestamp_tz as_varchar
                ascii asin asinh atan atan2 atanh base64_decode_binary base64_decode_string base64_encode binary bit_length
                bitand bitnot bitor bitshiftleft bitshiftright bitxor booland boolnot boolor boolxor cast cbrt ceil char
                character charindex check_json chr coalesce collate collation concat concat_ws contains convert_timezone cos
                cosh cot current_date current_time current_timestamp date date_from_parts date_part date_trunc dateadd
                datediff datefromparts day dayname dayofmonth dayofweek dayofweekiso dayofyear dec decimal decode degrees div0
                div0null editdistance endswith equal_null exp extract factorial filter floor get get_ignore_case get_path
                getbit getdate greatest greatest_ignore_nulls hash haversine hex_decode_binary hex_decode_string hex_encode
                hour iff ifnull ilike initcap insert is_array is_binary is_boolean is_char is_date is_date_value is_decimal
                is_double is_integer is_null_value is_object is_real is_time is_timestamp_ltz is_timestamp_ntz is_timestamp_tz
                is_varchar jarowinkler_similarity json_extract_path_text last_day least least_ignore_nulls left len length
                like ln localtime localtimestamp log lower lpad ltrim map md5 md5_binary md5_hex md5_number_lower64
                md5_number_upper64 minute mod month monthname months_between nchar next_day nullif nullifzero number numeric
                nvarchar nvl nvl2 object object_construct object_construct_keep_null object_delete object_insert object_keys
                object_pick octet_length parse_ip parse_json parse_url pi position pow power previous_day quarter radians
                reduce regexp_count regexp_instr regexp_like regexp_replace regexp_substr regexp_substr_all repeat replace
                reverse right rlike round rpad rtrim rtrimmed_length second sha1 sha1_binary sha1_hex sha2 sha2_binary
                sha2_hex sign sin sinh soundex space split split_part sqrt square st_contains st_covers st_distance st_dwithin
                st_intersects st_makepoint st_within st_x st_y startswith string strip_null_value strtok strtok_to_array
                substr substring tan tanh text time time_from_parts time_slice timeadd timediff timefromparts timestamp
                timestamp_from_parts timestamp_ltz timestamp_ltz_from_parts timestamp_ntz timestamp_ntz_from_parts
                timestamp_tz timestamp_tz_from_parts timestampadd timestampdiff timestampfromparts to_array to_binary
                to_boolean to_char to_date to_decimal to_double to_json to_number to_numeric to_object to_time to_timestamp
                to_timestamp_ltz to_timestamp_ntz to_timestamp_tz to_varchar to_variant transform translate trim trunc
                truncate try_base64_decode_binary try_base64_decode_string try_cast try_hex_decode_binary
                try_hex_decode_string try_parse_json try_to_binary try_to_boolean try_to_date try_to_decimal try_to_double
                try_to_number try_to_numeric try_to_time try_to_timestamp try_to_timestamp_ltz try_to_timestamp_ntz
                try_to_timestamp_tz typeof unicode upper varbinary varchar vector vector_cosine_similarity
                vector_inner_product vector_l2_distance week weekiso weekofyear width_bucket year yearofweek yearofweekiso
                zeroifnull
            '.split(),
            'changing': 'normal random randstr seq1 seq2 seq4 seq8 uniform uuid_string zipf'.split(),
            'words': '
                current_account current_catalog current_database current_role current_schema current_user session_user
            '.split(),
            'unless_columns': ''.split(),
            'operators': ''.split(),
            'types': ''.split(),
            'builtin_schemas': ''.split(),
            'chains_calls': false,
            'has_fields': false,
            'is_extensible': false,
            'in_reads_tables': false
        },
        'spark': {
            'allowed': '
                abs acos acosh add_months aggregate array array_append array_compact array_contains array_distinct
                array_except array_insert array_intersect array_join array_max array_min array_position array_prepend
                array_remove array_repeat array_size array_sort array_union arrays_overlap arrays_zip ascii asin asinh atan
                atan2 atanh base64 bigint bin binary bit_count bit_get bit_length bitmap_bit_position bitmap_bucket_number
                bitmap_count boolean bround btrim cardinality case cast cbrt ceil ceiling char char_length character_length
                chr coalesce collate collation concat concat_ws contains conv convert_timezone cos cosh cot crc32 csc curdate
                current_date current_time current_timestamp date date_add date_diff date_format date_from_unix_date date_part
                date_sub date_trunc dateadd datediff datepart day dayname dayofmonth dayofweek dayofyear dec decimal decode
                degrees div double e element_at elt encode endswith equal_null exists exp expm1 extract factorial filter
                find_in_set flatten float floor forall format_number format_string from_base32 from_csv from_json
                from_unixtime from_utc_timestamp get get_json_object getbit greatest hash hex hmac hour hypot if ifnull ilike
                initcap instr int is_valid_utf8 is_valid_variant is_variant_null isnan isnotnull isnull
                jaro_winkler_similarity json_array_length json_object_keys last_day lcase least left len length levenshtein
                like ln localtime localtimestamp locate log log10 log1p log2 lower lpad ltrim luhn_check make_date
                make_dt_interval make_interval make_time make_timestamp make_timestamp_ltz make_timestamp_ntz make_valid_utf8
                make_ym_interval map map_concat map_contains_key map_entries map_filter map_from_arrays map_from_entries
                map_keys map_values map_zip_with mask md5 minute mod month monthname months_between named_struct nanvl
                negative next_day now nullif nullifzero numeric nvl nvl2 octet_length overlay parse_json parse_url pi pmod
                position positive pow power printf quarter quote radians reduce regexp regexp_count regexp_extract
                regexp_extract_all regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse right rint
                rlike round rpad rtrim schema_of_csv schema_of_json schema_of_variant sec second sentences sequence sha sha1
                sha2 shiftleft shiftright shiftrightunsigned sign signum sin sinh size slice smallint sort_array soundex space
                split split_part sqrt startswith str_to_map string struct substr substring substring_index tan tanh time
                time_bucket time_diff time_from_micros time_from_millis time_from_seconds time_to_micros time_to_millis
                time_to_seconds time_trunc timestamp timestamp_micros timestamp_millis timestamp_nanos timestamp_seconds
                tinyint to_base32 to_binary to_char to_csv to_date to_json to_number to_time to_timestamp to_timestamp_ltz
                to_timestamp_ntz to_unix_timestamp to_utc_timestamp to_varchar to_variant_object transform transform_keys
                transform_values translate trim trunc try_add try_divide try_element_at try_make_interval try_make_timestamp
                try_make_timestamp_ltz try_make_timestamp_ntz try_mod try_multiply try_parse_json try_parse_url try_subtract
                try_to_binary try_to_date try_to_number try_to_time try_to_timestamp try_url_decode try_validate_utf8
                try_variant_array_append try_variant_get try_variant_insert try_variant_set typeof ucase unbase64 unhex
                unix_date unix_micros unix_millis unix_nanos unix_seconds unix_timestamp upper url_decode url_encode
                validate_utf8 varchar variant_array_append variant_delete variant_get variant_insert variant_set
                variant_strip_nulls vector_cosine_similarity vector_inner_product vector_l2_distance vector_norm
                vector_normalize weekday weekofyear width_bucket xxhash64 year zeroifnull zip_with
            '.split(),
            'changing': 'monotonically_increasing_id rand randn random randstr shuffle uniform uuid'.split(),
            'words': ''.split(),
            'unless_columns': 'current_catalog current_database current_schema current_user session_user user'.split(),
            'operators': ''.split(),
            'types': ''.split(),
            'builtin_schemas': ''.split(),
            'chains_calls': false,
            'has_fields': true,
            'is_extensible': false,
            'in_reads_tables': false
        },
        'trino': {
            'allowed': '
                abs acos all_match any_match array array_distinct array_except array_first array_histogram array_intersect
                array_join array_last array_max array_min array_position array_remove array_sort array_union arrays_overlap
                asin at_timezone atan atan2 beta_cdf bit_count bitwise_and bitwise_left_shift bitwise_not bitwise_or
                bitwise_right_shift bitwise_right_shift_arithmetic bitwise_xor cardinality cast cbrt ceil ceiling char chr
                coalesce codepoint combinations concat concat_ws contains contains_sequence cos cosh cosine_distance
                cosine_similarity crc32 current_date current_time current_timestamp date date_add date_diff date_format
                date_parse date_trunc day day_of_month day_of_week day_of_year decimal degrees dow doy e element_at
                euclidean_distance exp extract filter flatten floor format format_datetime format_number from_base from_base32
                from_base64 from_base64url from_big_endian_32 from_big_endian_64 from_hex from_ieee754_32 from_ieee754_64
                from_iso8601_date from_iso8601_timestamp from_iso8601_timestamp_nanos from_unixtime from_unixtime_nanos
                from_utf8 great_circle_distance greatest hamming_distance hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 hour
                human_readable_seconds if infinity inverse_beta_cdf inverse_normal_cdf is_finite is_infinite is_json_scalar
                is_nan json_array json_array_contains json_array_get json_array_length json_exists json_extract
                json_extract_scalar json_format json_object json_parse json_query json_size json_value last_day_of_month least
                length levenshtein_distance ln localtime localtimestamp log log10 log2 lower lpad ltrim luhn_check map
                map_concat map_entries map_filter map_from_entries map_keys map_values map_zip_with md5 millisecond minute mod
                month multimap_from_entries murmur3 nan ngrams none_match normal_cdf normalize now nullif parse_data_size
                parse_datetime parse_duration pi position pow power quarter radians reduce regexp_count regexp_extract
                regexp_extract_all regexp_like regexp_position regexp_replace regexp_split repeat replace reverse round row
                rpad rtrim second sequence sha1 sha256 sha512 sign sin sinh slice soundex split split_part split_to_map
                split_to_multimap spooky_hash_v2_32 spooky_hash_v2_64 sqrt st_contains st_distance st_geometryfromtext
                st_intersects st_point st_within st_x st_y starts_with strpos substr substring tan tanh time timestamp
                timezone timezone_hour timezone_minute to_base to_base32 to_base64 to_base64url to_big_endian_32
                to_big_endian_64 to_hex to_ieee754_32 to_ieee754_64 to_iso8601 to_milliseconds to_unixtime to_utf8 transform
                transform_keys transform_values translate trim trim_array truncate try try_cast typeof upper url_decode
                url_encode url_extract_fragment url_extract_host url_extract_parameter url_extract_path url_extract_port
                url_extract_protocol url_extract_query varchar week week_of_year width_bucket wilson_interval_lower
                wilson_interval_upper with_timezone word_stem xxhash64 year year_of_week yow zip zip_with
            '.split(),
            'changing': 'rand random shuffle uuid'.split(),
            'words': 'current_catalog current_path current_role current_schema current_user'.split(),
            'unless_columns': ''.split(),
            'operators': ''.split(),
            'types': ''.split(),
            'builtin_schemas': ''.split(),
            'chains_calls': false,
            'has_fields': true,
            'is_extensible': false,
            'in_reads_tables': false
        }
    }.get(engine) -%}
    {{ return(dict(known, **language) if known is not none else none) }}
{% endmacro %}
