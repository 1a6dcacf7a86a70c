# IPC by message length, from user to user.
# SPDX-License-Identifier: BSD-2-Clause
# {{ footer }}
set terminal pdfcairo size 15cm,9cm noenhanced font "DejaVu Sans,9"
set output "length.pdf"
set datafile separator whitespace
set border 3
set tics nomirror out
set grid lc rgb "#e4e4e4" lt 1
set key below vertical maxrows 4 height 1 reverse Left samplen 2
set xlabel "message length (words)"
set ylabel "{{ unit }}{{ ' (counted under emulation)' if unit == 'instructions' }}, user to user"
set yrange [0:*]
plot \
{% for title, colour, look in looks %}
    "length.dat" index {{ loop.index0 }} using 1:2 with linespoints lc rgb "{{ colour }}" \
        {{ look }} ps 0.6 title "{{ title }}"{{ "" if loop.last else ", \\" }}
{% endfor %}
