// A database whose rows are whatever the input says: either it is refused as damaged, or the state that it gives keeps the
// rules that every state keeps, serves requests, and is found again after a restart.
#include "tests/fuzz/fuzz_target.h"
#include "tests/property/registry_world.h"

namespace {

constexpr std::uint64_t kRevision = 1000;  // rows of the input may say that they were changed before

// The input's rows as one change; nullptr where the store itself does not take them.
std::shared_ptr<memory::MemoryDatabase> databaseOf(base::ByteView input) {
  auto database = std::make_shared<memory::MemoryDatabase>(core::schema());
  memory::MemoryStore store(database);
  store::Batch batch;
  store::OpsWriter writer = batch.begin(kRevision, 0, 0, "", "");
  store::OpsReader reader(input);
  for (store::Op op; reader.next(op);) {
    if (op.kind == store::OpKind::Erase) continue;
    writer.put(op.table, op.id);
    for (const store::Cell& cell : op.cells) writer.cell(cell);
  }
  batch.end();
  const auto lease = store.lease(store::LeaseAction::Acquire, "fuzz", {});
  const bool taken = store.commit(batch, lease->epoch).ok();
  (void)store.lease(store::LeaseAction::Release, "fuzz", {});
  return taken ? database : nullptr;
}

void checkRules(const property::RegistryWorld& world) {
  const auto broken = property::StateRules(world.state()).broken();
  fuzz::check(!broken, broken ? broken->c_str() : "");
}

// A host that registers with a portal, and one that asks for everything.
void serve(property::RegistryWorld& world) {
  base::Bytes payload;
  isns::AttributeWriter writer(payload);
  constexpr std::string_view kName = "iqn.2001-04.com.example:late";
  writer.text(isns::tag::kIscsiName, kName);
  writer.delimiter();
  writer.text(isns::tag::kEntityId, "");
  writer.ip(isns::tag::kPortalIp, isns::IpAddress{0xfe, 0x80});
  writer.u32(isns::tag::kPortalPort, 3260);
  writer.text(isns::tag::kIscsiName, kName);
  writer.u32(isns::tag::kNodeType, isns::node_type::kInitiator);
  (void)world.send(isns::idOf(isns::Function::DevAttrReg), isns::flag::kReplace, payload, false);
  payload.clear();
  writer.text(isns::tag::kIscsiName, "isns.control");
  writer.delimiter();
  (void)world.send(isns::idOf(isns::Function::DevAttrQry), 0, payload, true);
  world.advance(std::chrono::hours(24 * 365));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto database = databaseOf({data, size});
  if (database == nullptr) return 0;
  std::optional<property::RegistryWorld> world;
  try {
    world.emplace(false, database);
  } catch (const property::Damaged&) {
    return 0;
  }
  checkRules(*world);
  serve(*world);
  checkRules(*world);
  fuzz::check(property::facts(world->state()) == world->factsAfterRestart(), "a restart finds what was acknowledged");
  return 0;
}
