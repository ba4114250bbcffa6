// reach, who-reaches, reaches: the answers of the model, as tables and as proofs.
#include <algorithm>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/edit_commands.h"
#include "shared/base/printable.h"
#include "shared/ctl/views.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

std::string shortName(const Json& json, std::string_view name) {
  return base::printable(std::string(nameOfRef(textOf(json, name))));
}

// The answer as a sentence, with the names that were typed. "cannot" is said only where getting in is no (DESIGN section 5).
std::string headline(const Json& why, const Output& output, const Invocation& invocation) {
  const std::string host = base::printable(nameOfRef(optionText(invocation, "HOST")));
  const std::string unit = base::printable(nameOfRef(optionText(invocation, "LUN")));
  const std::string works = textOf(why, "works");
  const std::string finds = textOf(why, "finds");
  const std::string in = textOf(why, "gets_in");
  std::string says;
  if (works == "yes") {
    says = host + " reaches " + unit + ", " + textOf(why, "right") + ".";
  } else if (works == "unknown") {
    says = "It is not known whether " + host + " reaches " + unit + ".";
  } else if (in == "no") {
    says = host + " cannot reach " + unit + ".";
  } else {
    says = host + " does not find " + unit + ", but " + (in == "yes" ? "gets in" : "may get in") +
           " where it knows the address.";
  }
  return output.painted(works) + std::string(works.size() < 9 ? 9 - works.size() : 1, ' ') + output.bold(says);
}

std::string sinceText(std::uint64_t revision) {
  return revision == 0 ? std::string{} : "since revision " + std::to_string(revision);
}

std::string proofText(const std::string& proof) {
  if (proof == "claimed-name") return "by its name alone, without CHAP";
  if (proof == "chap") return "the initiator by CHAP";
  if (proof == "mutual-chap") return "both by CHAP";
  return proof;
}

std::string wayText(const Json& path) {
  const std::string portal = shortName(path, "portal");
  return shortName(path, "initiator") + " > " + shortName(path, "target") + (portal.empty() ? "" : " at " + portal) +
         ", LUN " + std::to_string(numberOf(path, "lun"));
}

void printSummary(const Json& why, Context& context) {
  const bool in = textOf(why, "gets_in") != "no";
  const auto& paths = listOf(why, "paths");
  const auto row = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) context.out << "  " << name << std::string(11 - name.size(), ' ') << value << '\n';
  };
  row("finds it", textOf(why, "finds"));
  row("gets in", textOf(why, "gets_in"));
  row("since", numberOf(why, "since") == 0 ? std::string{} : "revision " + std::to_string(numberOf(why, "since")));
  if (!paths.empty()) {
    if (in) row("proves", proofText(textOf(paths.front(), "proof")));
    row("way", wayText(paths.front()));
  }
  row("seen", truthOf(why, "observed") ? "agents see it used" : std::string{});
  row("pending", truthOf(why, "pending") ? "what is wanted is not applied at every target yet" : std::string{});
  std::string broken;
  for (const Json& layer : listOf(why, "broken_layers")) broken += (broken.empty() ? "" : ", ") + layer.plain();
  row("stops at", broken);
}

// The layers of a way; where it does not work those that stop it come first.
void printWay(const Json& path, bool works, const Output& output, Context& context) {
  constexpr std::size_t kState = 9;   // "unknown" and a gap
  constexpr std::size_t kLayer = 12;  // "registered" and a gap
  std::vector<const Json*> layers;
  for (const Json& layer : listOf(path, "layers")) layers.push_back(&layer);
  const auto rank = [](const Json* layer) {
    const std::string state = textOf(*layer, "state");
    return state == "no" ? 0 : state == "unknown" ? 1 : 2;
  };
  if (!works) std::stable_sort(layers.begin(), layers.end(), [&](auto* a, auto* b) { return rank(a) < rank(b); });
  for (const Json* layer : layers) {
    const std::string state = textOf(*layer, "state");
    const std::string name = textOf(*layer, "layer");
    std::string begin = "  " + output.painted(state) + std::string(kState - std::min(kState - 1, state.size()), ' ') +
                        name + std::string(kLayer - std::min(kLayer - 1, name.size()), ' ');
    const std::size_t column = 2 + kState + kLayer;
    const auto& facts = listOf(*layer, "facts");
    if (facts.empty()) context.out << begin << "-\n";
    for (const Json& fact : facts) {
      std::string text = textOf(fact, "text");
      if (const std::string since = sinceText(numberOf(fact, "since")); !since.empty()) text += " (" + since + ")";
      context.out << begin << wrappedText(text, column, context) << '\n';
      begin.assign(column, ' ');
    }
  }
}

void printMends(const Json& why, const Output& output, Context& context) {
  const auto& mends = listOf(why, "mends");
  if (mends.empty()) return;
  const std::string title = "Let " + shortName(why, "host") + " reach " + shortName(why, "unit");
  context.out << '\n'
              << output.bold(mends.size() == 1 ? "What would mend it" : "What would mend it, the smallest first")
              << '\n';
  std::size_t number = 0;
  for (const Json& mend : mends) {
    const std::string head = "  " + std::to_string(++number) + ". ";
    context.out << head << wrappedText(textOf(mend, "text"), head.size(), context) << '\n';
    const std::string pad(head.size(), ' ');
    if (const std::uint64_t bystanders = numberOf(mend, "bystanders"); bystanders > 0) {
      context.out << pad << counted(bystanders, "other node is", "other nodes are")
                  << " in the domains that it changes.\n";
    }
    if (textOf(mend, "result") == "unknown")
      context.out << pad << "Whether it works then is not known: see the unknown layers.\n";
    if (listOf(mend, "edits").empty()) continue;
    for (const std::string& line : commandsOf(memberOf(mend, "edits"), title)) context.out << pad << line << '\n';
  }
}

void printProof(const Json& why, const Output& output, Context& context) {
  const bool works = textOf(why, "works") == "yes";
  const auto& paths = listOf(why, "paths");
  if (paths.empty()) {
    context.out << '\n'
                << wrappedText("No target offers it to an initiator of this host in any way: nothing joins the two.", 0,
                               context)
                << '\n';
  }
  std::size_t number = 0;
  for (const Json& path : paths) {
    ++number;
    context.out << '\n'
                << output.bold((paths.size() == 1 ? "Way" : "Way " + std::to_string(number)) + ": " + wayText(path))
                << '\n';
    printWay(path, works, output, context);
  }
  if (const std::uint64_t more = numberOf(why, "more_paths"); more > 0) {
    context.out << '\n' << counted(more, "more way is", "more ways are") << " not shown.\n";
  }
  printMends(why, output, context);
}

void proofAsCsv(const Json& why, Output& output) {
  Sheet sheet{{{"path", ""},
               {"initiator", ""},
               {"target", ""},
               {"portal", ""},
               {"layer", ""},
               {"state", ""},
               {"since", ""},
               {"fact", ""}},
              {}};
  std::uint64_t number = 0;
  for (const Json& path : listOf(why, "paths")) {
    ++number;
    for (const Json& layer : listOf(path, "layers")) {
      for (const Json& fact : listOf(layer, "facts")) {
        const Json& since = memberOf(fact, "since");
        sheet.rows.push_back({Json(number), memberOf(path, "initiator"), memberOf(path, "target"),
                              memberOf(path, "portal"), memberOf(layer, "layer"), memberOf(layer, "state"),
                              since.isNull() ? Cell{} : Cell{since}, memberOf(fact, "text")});
      }
    }
  }
  output.sheet(sheet);
}

constexpr ViewColumn kHostColumns[] = {
    {"works", "Reaches", Shown::Painted},
    {"host", "Host", Shown::Name},
    {"right", "Right"},
    {"finds", "Finds", Shown::Painted},
    {"gets_in", "Gets in", Shown::Painted},
    {"observed", "Seen"},
    {"pending", "Pending"},
    {"unit", "Unit", Shown::CsvOnly},
};
constexpr ViewColumn kUnitColumns[] = {
    {"works", "Reaches", Shown::Painted},
    {"unit", "Logical unit", Shown::Name},
    {"right", "Right"},
    {"finds", "Finds", Shown::Painted},
    {"gets_in", "Gets in", Shown::Painted},
    {"observed", "Seen"},
    {"pending", "Pending"},
    {"host", "Host", Shown::CsvOnly},
};

// Flags of cells as words: a column of true and false is hard to read.
Json withWords(const Json& cells) {
  Json::Array list;
  for (const Json& cell : *cells.array()) {
    Json::Object object;
    for (const base::JsonMember& member : *cell.object()) {
      const bool flag = member.name == "observed" || member.name == "pending";
      if (flag && member.value.truth() != nullptr) {
        if (*member.value.truth()) object.push_back({member.name, "yes"});
      } else {
        object.push_back(member);
      }
    }
    list.emplace_back(std::move(object));
  }
  return list;
}

Outcome printCells(const Invocation& invocation, Context& context, Route route, std::string_view parameter,
                   std::span<const ViewColumn> columns, std::string_view none, std::string_view some) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = momentOption(invocation);
  if (!revision) return base::fail(revision.error());
  const std::string name(invocation.one(parameter == "unit" ? "LUN" : "HOST").value_or(""));
  const auto answer = session->ask({route,
                                    {},
                                    {{std::string(parameter), name},
                                     {"basis", optionText(invocation, "--basis")},
                                     {"question", optionText(invocation, "--question")},
                                     {"revision", *revision}}});
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  const auto& cells = listOf(*answer, "cells");
  if (output.format() == Format::Json) {
    output.json(*answer);
  } else if (output.format() == Format::Csv) {
    printList(output, memberOf(*answer, "cells"), columns);
  } else if (cells.empty()) {
    context.out << none << ' ' << name << ", at revision " << numberOf(*answer, "revision") << ".\n";
  } else {
    printList(output, withWords(memberOf(*answer, "cells")), columns);
    std::size_t yes = 0;
    for (const Json& cell : cells) yes += textOf(cell, "works") == "yes" ? 1U : 0U;
    context.out << '\n'
                << some << ' ' << yes << " of " << cells.size() << ", at revision " << numberOf(*answer, "revision")
                << ".\n";
  }
  return listOutcome(invocation, cells.size());
}

}  // namespace

Outcome apiReach(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto revision = momentOption(invocation);
  if (!revision) return base::fail(revision.error());
  const auto why = session->ask({Route::Why,
                                 {},
                                 {{"host", optionText(invocation, "HOST")},
                                  {"unit", optionText(invocation, "LUN")},
                                  {"basis", optionText(invocation, "--basis")},
                                  {"revision", *revision}}});
  if (!why) return base::fail(why.error());
  Output output = openOutput(invocation, context);
  const bool proof = invocation.has("--why");
  if (output.format() == Format::Table) {
    context.out << headline(*why, output, invocation) << '\n';
    printSummary(*why, context);
    if (proof) {
      printProof(*why, output, context);
    } else if (textOf(*why, "works") != "yes") {
      context.out << "\n--why shows each layer, and what would mend it.\n";
    }
  } else if (proof && output.format() == Format::Json) {
    output.json(*why);
  } else if (proof) {
    proofAsCsv(*why, output);
  } else {
    Record record;
    for (const std::string_view name : {"host", "unit", "basis", "works", "right", "finds", "gets_in", "observed",
                                        "pending", "since", "broken_layers"}) {
      const Json& value = memberOf(*why, name);
      record.push_back({std::string(name), std::string(name), value.isNull() ? Cell{} : Cell{value}});
    }
    output.record(record);
  }
  const std::string expected = optionText(invocation, "--expect");
  if (!expected.empty() && expected != textOf(*why, "works")) {
    return base::fail(
        Failure{Exit::Different, "the answer", textOf(*why, "works") + ", and " + expected + " was expected", {}});
  }
  return {};
}

Outcome apiWhoReaches(const Invocation& invocation, Context& context) {
  return printCells(invocation, context, Route::WhoReaches, "unit", kHostColumns, "No host reaches",
                    "Hosts that reach it:");
}

Outcome apiReaches(const Invocation& invocation, Context& context) {
  return printCells(invocation, context, Route::Reaches, "host", kUnitColumns, "No logical unit is reached by",
                    "Logical units that it reaches:");
}

}  // namespace ctl
