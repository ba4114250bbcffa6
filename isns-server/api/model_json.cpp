#include "isns-server/api/model_json.h"

#include <utility>

#include "shared/mgmt/edit_json.h"
#include "shared/mgmt/snapshot_writer.h"
#include "shared/base/json_reader.h"

namespace api {

using base::Json;
using mgmt::References;
using san::ObjectRef;

namespace {

std::string text(const san::Snapshot& snapshot, ObjectRef ref) { return san::refText(snapshot, ref); }

// A revision; 0, of which nobody knows, is null.
Json since(san::Revision revision) { return revision == 0 ? Json() : Json(revision); }

Json edits(const san::Snapshot& snapshot, const std::vector<san::Edit>& all) {
  return mgmt::toJson(snapshot, all, References::Names);
}

Json pathJson(const san::Snapshot& snapshot, const san::PathProof& proof) {
  const san::Path& path = proof.path;
  const bool in = path.getsIn() != san::Truth::No;
  Json::Array layers;
  for (std::size_t i = 0; i < san::kLayers; ++i) {
    const san::LayerProof& layer = proof.layers[i];
    Json::Array facts;
    for (const san::ProofFact& fact : layer.facts) {
      facts.emplace_back(Json::Object{
          {"about", text(snapshot, fact.about)}, {"text", fact.text}, {"since", since(fact.since)}});
    }
    layers.emplace_back(Json::Object{{"layer", san::wordOf(static_cast<san::Layer>(i))},
                                     {"state", san::wordOf(layer.truth)},
                                     {"since", since(layer.since)},
                                     {"facts", std::move(facts)}});
  }
  return Json::Object{{"initiator", text(snapshot, {san::Kind::Node, path.initiator})},
                      {"target", text(snapshot, {san::Kind::Node, path.target})},
                      {"portal", path.portal == 0 ? Json() : Json(text(snapshot, {san::Kind::Portal, path.portal}))},
                      {"lun", path.lun},
                      {"finds", san::wordOf(path.finds())},
                      {"gets_in", san::wordOf(path.getsIn())},
                      {"works", san::wordOf(path.works())},
                      // Nobody who does not get in reads, writes or proves anything.
                      {"right", in ? Json(san::wordOf(path.right)) : Json()},
                      {"proof", in ? Json(san::wordOf(path.proof)) : Json()},
                      {"session", path.session == 0 ? Json() : Json(text(snapshot, {san::Kind::Session, path.session}))},
                      {"since", since(proof.since)},
                      {"layers", std::move(layers)}};
}

}  // namespace

Json objectJson(const san::Snapshot& snapshot, ObjectRef ref, const san::Object& object) {
  std::string written;
  mgmt::appendObject(written, snapshot, ref, object);
  return std::move(base::parseJson(written)).value();
}

Json cellJson(const san::SanIndex& index, std::size_t host, std::size_t unit, const san::Cell& cell) {
  const san::Snapshot& snapshot = index.snapshot();
  return Json::Object{{"host", text(snapshot, index.hosts()[host])},
                      {"unit", text(snapshot, {san::Kind::LogicalUnit, index.units()[unit]})},
                      {"finds", san::wordOf(cell.finds)},
                      {"gets_in", san::wordOf(cell.getsIn)},
                      {"works", san::wordOf(cell.works)},
                      {"right", cell.getsIn == san::Truth::No ? Json() : Json(san::wordOf(cell.right))},
                      {"observed", cell.observed},
                      {"pending", cell.pending}};
}

Json whyJson(const san::SanIndex& index, const san::Why& why) {
  const san::Snapshot& snapshot = index.snapshot();
  Json::Array paths;
  for (const san::PathProof& path : why.paths) paths.push_back(pathJson(snapshot, path));
  Json::Array broken;
  for (san::Layer layer : why.brokenLayers) broken.emplace_back(san::wordOf(layer));
  Json::Array mends;
  for (const san::ReachMend& mend : why.mends) {
    Json::Array layers;
    for (san::Layer layer : mend.layers) layers.emplace_back(san::wordOf(layer));
    mends.emplace_back(Json::Object{{"text", mend.text},
                                    {"layers", std::move(layers)},
                                    {"result", san::wordOf(mend.result)},
                                    {"objects", std::uint64_t{mend.objects}},
                                    {"bystanders", std::uint64_t{mend.bystanders}},
                                    {"edits", edits(snapshot, mend.edits)}});
  }
  return Json::Object{{"host", text(snapshot, why.host)},
                      {"unit", text(snapshot, {san::Kind::LogicalUnit, why.unit})},
                      {"basis", why.basis == san::Basis::Applied ? "applied" : "desired"},
                      {"finds", san::wordOf(why.cell.finds)},
                      {"gets_in", san::wordOf(why.cell.getsIn)},
                      {"works", san::wordOf(why.cell.works)},
                      {"right", why.cell.getsIn == san::Truth::No ? Json() : Json(san::wordOf(why.cell.right))},
                      {"observed", why.cell.observed},
                      {"pending", why.cell.pending},
                      {"since", since(why.since)},
                      {"broken_layers", std::move(broken)},
                      {"paths", std::move(paths)},
                      {"more_paths", std::uint64_t{why.morePaths}},
                      {"mends", std::move(mends)}};
}

Json diffJson(const san::Diff& diff, const san::Snapshot& before, const san::Snapshot& after) {
  Json::Array objects;
  for (const san::ObjectChange& change : diff.objects) {
    const san::Snapshot& named = change.fate == san::Fate::Erased ? before : after;
    Json::Array fields;
    for (const san::FieldChange& field : change.fields) {
      fields.emplace_back(Json::Object{{"field", field.field->name},
                                       {"before", mgmt::toJson(before, field.before, References::Names)},
                                       {"after", mgmt::toJson(after, field.after, References::Names)},
                                       {"added", mgmt::toJson(after, field.added, References::Names)},
                                       {"removed", mgmt::toJson(before, field.removed, References::Names)}});
    }
    objects.emplace_back(Json::Object{{"object", text(named, change.object)},
                                      {"id", change.object.id},
                                      {"fate", san::wordOf(change.fate)},
                                      {"fields", std::move(fields)}});
  }
  Json::Array lines;
  for (const std::string& line : san::textLines(diff, before, after)) lines.emplace_back(line);
  return Json::Object{{"objects", std::move(objects)}, {"lines", std::move(lines)}};
}

}  // namespace api
