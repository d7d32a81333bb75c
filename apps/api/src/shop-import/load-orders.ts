/** Loads orders with their lines in one transaction: an order without its lines would be half an order. */
import type { ImportTotals } from './report.js';
import { insertOrders, OrderChecks, totalsOf } from './settle-orders.js';
import type { ShopLoad } from './shop-load.js';
import { createStagingTables, type OrderFile, stageLines, stageOrders } from './stage-orders.js';

/** @param lines may be there without orders: then it is compared with the orders of the database. */
export async function loadOrders(
  load: ShopLoad,
  orders: OrderFile | undefined,
  lines: OrderFile | undefined,
): Promise<ImportTotals> {
  return load.dataSource.transaction(async (manager) => {
    await createStagingTables(manager);
    if (orders !== undefined) await stageOrders(load, manager, orders);
    if (lines !== undefined) await stageLines(load, manager, lines);
    load.onProgress('orders: checking');
    await new OrderChecks(manager, orders, lines).run();
    const totals = await totalsOf(manager);
    load.onProgress('orders: inserting');
    const inserted = await insertOrders(manager, load.now);
    count(orders, inserted.orders);
    count(lines, inserted.lines);
    return totals;
  });
}

/** What is neither new nor rejected was there before, just the same. */
function count(file: OrderFile | undefined, imported: number): void {
  if (file === undefined) return;
  const { tally } = file;
  tally.imported += imported;
  tally.unchanged += tally.read - tally.rejected - imported;
}
