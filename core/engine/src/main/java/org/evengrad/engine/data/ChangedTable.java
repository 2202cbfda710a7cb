package org.evengrad.engine.data;

/**
 * The rows of another table, changed when they are read.
 *
 * @param table the rows before the change
 * @param change what is done to them
 */
record ChangedTable(FloatTable table, RowChange change) implements FloatTable {
    @Override
    public int rows() {
        return table.rows();
    }

    @Override
    public int width() {
        return table.width();
    }

    @Override
    public float get(int row, int column) {
        float[] values = new float[width()];
        read(row, values, 0);
        return values[column];
    }

    @Override
    public void read(int row, float[] out, int at) {
        table.read(row, out, at);
        change.apply(row, out, at);
    }
}
