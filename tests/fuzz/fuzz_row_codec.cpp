// Row operations: bytes of a stored change through the reader, and rows made from the input through the writer.
//
// Rules: the reader gives views into its bytes and stops at the first op that is wrong; equal operations have equal
// bytes, so what was read is written again as it stood; what was written is read again as it was.
#include <algorithm>
#include <vector>

#include "db/store/row_codec.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr store::Column kColumns[] = {{"a", store::ColumnType::Integer},
                                      {"b", store::ColumnType::Text},
                                      {"c", store::ColumnType::Blob}};
constexpr store::Table kTables[] = {{4, "thing", kColumns}};
constexpr store::TableIndex kIndex{store::Schema{kTables}};

bool lies(base::ByteView inner, base::ByteView outer) {
  return inner.empty() || (inner.data() >= outer.data() && inner.data() + inner.size() <= outer.data() + outer.size());
}

void write(store::OpsWriter& writer, const store::Op& op) {
  if (op.kind == store::OpKind::Erase) return writer.erase(op.table, op.id);
  writer.put(op.table, op.id);
  for (const store::Cell& cell : op.cells) writer.cell(cell);
}

void checkTable(const store::Op& op) {
  const store::Table* table = store::tableFor(op, kIndex);
  if (table == nullptr) return;
  fuzz::check(op.table == table->number, "an op stands for the table that it names");
  fuzz::check(op.kind == store::OpKind::Erase || op.cells.size() == table->columns.size(), "a put has every column");
}

void readAny(base::ByteView bytes) {
  base::ByteArena again;
  store::OpsWriter writer(again);
  store::OpsReader reader(bytes);
  std::size_t before = 0;
  for (store::Op op; reader.next(op); before = reader.offset()) {
    fuzz::check(reader.offset() > before && reader.offset() <= bytes.size(), "each op takes bytes that are there");
    fuzz::check(op.cells.size() <= store::kMaxColumns, "the limit of columns holds");
    for (const store::Cell& cell : op.cells) fuzz::check(lies(cell.bytes, bytes), "a value is a view");
    checkTable(op);
    write(writer, op);
  }
  fuzz::check(reader.failed() == (reader.offset() != bytes.size()), "reading ends at the end or at a failure");
  fuzz::check(base::equal(again.view(), bytes.first(reader.offset())), "what was read is written as it stood");
  store::Op op;
  fuzz::check(!reader.next(op), "nothing comes after the end");
}

store::Cell makeCell(base::ByteReader& input) {
  store::Cell cell{static_cast<store::CellTag>(input.u8() % 4), 0, {}};
  if (cell.tag == store::CellTag::Integer) cell.integer = static_cast<std::int64_t>(input.u64());
  if (cell.tag == store::CellTag::Text || cell.tag == store::CellTag::Blob) {
    cell.bytes = input.bytes(std::min<std::size_t>(input.u16(), input.remaining()));
  }
  return cell;
}

// The input as instructions, so that the whole range of ids, numbers and lengths is written.
void writeAny(base::ByteView bytes) {
  struct Made {
    store::Op op;
    std::vector<store::Cell> cells;
  };
  std::vector<Made> made;
  base::ByteReader input(bytes);
  while (input.remaining() >= 11) {
    const std::uint8_t count = input.u8();
    Made next{{count == 0 ? store::OpKind::Erase : store::OpKind::Put, input.u8(), 0, {}}, {}};
    next.op.id = static_cast<std::int64_t>(input.u64());
    for (std::size_t i = 0; count != 0 && i < count % (store::kMaxColumns + 1); ++i) {
      next.cells.push_back(makeCell(input));
    }
    made.push_back(std::move(next));
  }
  base::ByteArena written;
  store::OpsWriter writer(written);
  for (Made& one : made) {
    one.op.cells = one.cells;
    write(writer, one.op);
  }
  const base::Bytes exact(written.view().begin(), written.view().end());
  store::OpsReader reader(exact);
  for (const Made& one : made) {
    store::Op op;
    fuzz::check(reader.next(op), "each op that was written is read");
    fuzz::check(op.kind == one.op.kind && op.table == one.op.table && op.id == one.op.id, "an op is as it was");
    fuzz::check(std::equal(op.cells.begin(), op.cells.end(), one.cells.begin(), one.cells.end()),
                "its cells are as they were");
  }
  fuzz::check(reader.offset() == exact.size() && !reader.failed(), "nothing else is read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes exact(data, data + size);  // so that a read behind the end is a read behind an allocation
  readAny(exact);
  writeAny(exact);
  return 0;
}
