# Published one-way IPC by year in cycles; ours beside it on an axis of its own.
# SPDX-License-Identifier: BSD-2-Clause
# {{ footer }}
set terminal pdfcairo size 17cm,8cm noenhanced font "DejaVu Sans,9"
set output "one-way.pdf"
set datafile separator whitespace
set border 3
set tics nomirror out
set grid ytics lc rgb "#e4e4e4" lt 1
{% if ours %}
set multiplot
set size 0.77,1
set origin 0,0
{% endif %}
set title "In-kernel cycles as published (open: from memory)" font ",9"
set logscale y
set yrange [20:3500]
set ytics (25, 50, 100, 200, 500, 1000, 2000)
set xrange [1992:2023]
set xtics 1992,4,2020
set xlabel "year of the figure"
set ylabel "cycles (each processor's own), log scale"
set key at graph 1,0.86 samplen 0.5 reverse Left
side(which, text) = strcol(5) eq which ? text : ""
of(kind, value) = strcol(3) eq kind ? value : NaN
plot "one-way.dat" using 1:(of("verified", $2)) with points pt 7 ps 0.8 lc rgb "#0072b2" \
         title "read", \
     "" using 1:(of("partial", $2)) with points pt 69 ps 0.8 lc rgb "#0072b2" \
         title "cycles read, the rest from memory", \
     "" using 1:(of("recalled", $2)) with points pt 6 ps 0.8 lc rgb "#0072b2" \
         title "from memory", \
     "" using 1:4:(side("right", strcol(6))) with labels left offset 1,0 font ",7" notitle, \
     "" using 1:4:(side("left", strcol(6))) with labels right offset -1,0 font ",7" notitle
{% if ours %}
set size 0.23,1
set origin 0.77,0
unset logscale y
set title "{{ who }}\n{{ unit }}" font ",8" textcolor rgb "#d55e00"
set yrange [0:*]
set offsets 0, 0, graph 0.3, 0
set ytics auto
set xrange [-0.5:2.1]
set ylabel "{{ unit }}, {{ scope }}: call to reply, dot: mean" font ",7"
set xlabel "address space"
plot "one-way-ours.dat" using 1:2:3:4:xtic(5) with yerrorbars pt 13 ps 0.9 lc rgb "#d55e00" \
         notitle, \
     "" using 1:2:(sprintf("%g", $2)) with labels left offset 1,0 font ",7" notitle
unset multiplot
{% endif %}
