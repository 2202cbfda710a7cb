package org.evengrad.engine.data.images;

/**
 * Scales planes of bytes to another size. An axis that gets shorter is averaged: each new pixel is
 * the mean of what it covers, parts of pixels counted as such, so that no detail turns into a
 * pattern. An axis that gets longer is interpolated linearly between the centers of pixels.
 */
final class AreaScaling {
    private AreaScaling() {}

    /**
     * Scales.
     *
     * @param planes channel after channel, each row by row
     * @param channels how many planes
     * @param from the size of a plane
     * @param to the wanted size
     * @return the scaled planes, each value rounded to the nearest
     */
    static byte[] scale(byte[] planes, int channels, ImageSize from, ImageSize to) {
        if (from.equals(to)) {
            return planes;
        }
        Axis down = Axis.of(from.height(), to.height());
        Axis across = Axis.of(from.width(), to.width());
        byte[] scaled = new byte[Math.toIntExact(channels * to.pixels())];
        double[] row = new double[from.width()];
        int out = 0;
        for (int channel = 0; channel < channels; channel++) {
            int plane = channel * from.height() * from.width();
            for (int y = 0; y < to.height(); y++) {
                sumRows(planes, plane, down, y, row);
                for (int x = 0; x < to.width(); x++) {
                    double sum = 0;
                    for (int i = 0; i < across.weights[x].length; i++) {
                        sum += across.weights[x][i] * row[across.first[x] + i];
                    }
                    scaled[out++] = (byte) Math.round(sum);
                }
            }
        }
        return scaled;
    }

    private static void sumRows(byte[] planes, int plane, Axis down, int y, double[] row) {
        for (int x = 0; x < row.length; x++) {
            double sum = 0;
            for (int i = 0; i < down.weights[y].length; i++) {
                int index = plane + (down.first[y] + i) * row.length + x;
                sum += down.weights[y][i] * (planes[index] & 0xff);
            }
            row[x] = sum;
        }
    }

    /**
     * Which old places make each new place of an axis.
     *
     * @param first the first old place of each new one
     * @param weights of the old places from there on; they add up to 1
     */
    private record Axis(int[] first, double[][] weights) {
        static Axis of(int from, int to) {
            int[] first = new int[to];
            double[][] weights = new double[to][];
            for (int place = 0; place < to; place++) {
                if (to < from) {
                    cover(place, from, to, first, weights);
                } else {
                    interpolate(place, from, to, first, weights);
                }
            }
            return new Axis(first, weights);
        }

        /** In units of 1 / to, an old place is {@code to} long and a new one {@code from}. */
        private static void cover(int place, int from, int to, int[] first, double[][] weights) {
            long start = (long) place * from;
            long end = start + from;
            first[place] = (int) (start / to);
            weights[place] = new double[(int) ((end - 1) / to) - first[place] + 1];
            for (int i = 0; i < weights[place].length; i++) {
                long old = (long) (first[place] + i) * to;
                long covered = Math.min(end, old + to) - Math.max(start, old);
                weights[place][i] = (double) covered / from;
            }
        }

        private static void interpolate(
                int place, int from, int to, int[] first, double[][] weights) {
            double center = Math.max(0, Math.min(from - 1.0, (place + 0.5) * from / to - 0.5));
            first[place] = (int) center;
            double rest = center - first[place];
            weights[place] = rest == 0 ? new double[] {1} : new double[] {1 - rest, rest};
        }
    }
}
