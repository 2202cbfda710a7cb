package org.evengrad.engine.data;

/** Rows in one array. */
final class HeapTable implements FloatTable {
    private final float[] values;
    private final int width;

    HeapTable(float[] values, int width) {
        if (width < 1 || values.length % width != 0) {
            throw new IllegalArgumentException(values.length + " numbers in rows of " + width);
        }
        this.values = values;
        this.width = width;
    }

    @Override
    public int rows() {
        return values.length / width;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public float get(int row, int column) {
        return values[row * width + column];
    }

    @Override
    public void read(int row, float[] out, int at) {
        System.arraycopy(values, row * width, out, at, width);
    }

    @Override
    public FloatTable changed(RowChange change) {
        for (int row = 0; row < rows(); row++) {
            change.apply(row, values, row * width);
        }
        return this;
    }
}
