#include "shared/san/filter_match.h"

#include <algorithm>
#include <utility>

#include "shared/base/ascii_case.h"
#include "shared/base/wildcard.h"
#include "shared/san/field_values.h"
#include "shared/san/filter_attributes.h"

namespace san {

struct FilterMatcher::Test {
  FilterNode::Type type = FilterNode::Type::All;
  std::vector<Test> children;
  std::function<bool(ObjectRef, const Object&)> holds;  // of a condition or a word
  std::uint32_t kinds = kAllKinds;                      // for other kinds it does not hold
};

namespace {

using Type = FilterNode::Type;
using Test = FilterMatcher::Test;
using Refs = std::vector<ObjectRef>;  // ascending
using RowTest = std::function<bool(const Object&)>;

constexpr std::uint32_t bitOf(Kind kind) { return 1U << static_cast<unsigned>(kind); }
template <class... Kinds>
constexpr std::uint32_t bitsOf(Kinds... kinds) {
  return (bitOf(kinds) | ...);
}
constexpr std::uint32_t kReaching = bitsOf(Kind::Host, Kind::Cluster, Kind::Entity, Kind::Node);
constexpr std::uint32_t kReached = bitsOf(Kind::LogicalUnit, Kind::Node);

bool contains(const Refs& refs, ObjectRef ref) { return std::binary_search(refs.begin(), refs.end(), ref); }
void sort(Refs& refs) {
  std::sort(refs.begin(), refs.end());
  refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
}

bool containsText(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return base::asciiLower(a) == base::asciiLower(b); }) != text.end() ||
         part.empty();
}

bool textHolds(FilterOp op, std::string_view text, std::string_view wanted) {
  if (op == FilterOp::Equals) return text == wanted;
  if (op == FilterOp::Like && !base::hasWildcard(wanted)) return containsText(text, wanted);
  return base::wildcardMatches(wanted, text);
}

bool numberHolds(FilterOp op, std::uint64_t number, const Operand& operand) {
  switch (op) {
    case FilterOp::Less:
      return number < operand.from;
    case FilterOp::LessOrEqual:
      return number <= operand.to;
    case FilterOp::Greater:
      return number > operand.to;
    case FilterOp::GreaterOrEqual:
      return number >= operand.from;
    default:
      return number >= operand.from && number <= operand.to;
  }
}

bool addressHolds(FilterOp op, std::string_view text, const Operand& operand) {
  if (operand.subnet) {
    const auto portal = isns::parsePortal(text);
    return portal && operand.subnet->holds(portal->ip);
  }
  return textHolds(op, text, operand.text);
}

// A declared subnet is meant by its text, or by an address in it.
bool subnetHolds(FilterOp op, const std::string& text, const Operand& operand) {
  const auto subnet = operand.subnet ? isns::parseIp(operand.text) : std::nullopt;
  if (!subnet) return textHolds(op, text, operand.text);
  const auto declared = detail::parseSubnet(text);
  return declared && declared->holds(*subnet);
}

bool isWithout(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return !*flag;
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number == 0;
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) return refs->empty();
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return texts->empty();
  if (const auto* accesses = std::get_if<std::vector<Access>>(&value)) return accesses->empty();
  return std::holds_alternative<std::monostate>(value);
}

bool refersTo(const Value& value, const Refs& wanted) {
  if (const auto* ref = std::get_if<ObjectRef>(&value)) return contains(wanted, *ref);
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) {
    return std::any_of(refs->begin(), refs->end(), [&](ObjectRef ref) { return contains(wanted, ref); });
  }
  if (const auto* accesses = std::get_if<std::vector<Access>>(&value)) {
    return std::any_of(accesses->begin(), accesses->end(), [&](const Access& access) {
      return contains(wanted, access.who) || contains(wanted, access.unit);
    });
  }
  return false;
}

class Binder {
 public:
  Binder(const Snapshot& snapshot, const FilterHooks& hooks) : snapshot_(snapshot), hooks_(hooks) {}

  [[nodiscard]] const FilterError& error() const { return error_; }
  [[nodiscard]] std::vector<std::string>& notes() { return notes_; }

  // Whether each condition that has to hold can be met by one of the kinds that are asked for; error() says which not.
  bool mayMatch(const FilterNode& node, const Test& test) {
    if ((test.kinds & hooks_.kinds) != 0) return true;
    for (std::size_t i = 0; i < test.children.size(); ++i) {
      if (!mayMatch(node.children[i], test.children[i])) return false;
    }
    if (node.type != Type::Condition) return true;
    for (const auto& [kind, field] : fieldsNamed(node.attribute)) {
      if ((bitOf(kind) & hooks_.kinds) == 0) continue;
      for (const std::string& value : node.values) {
        const auto read = readOperand(*field, node.op, value, snapshot_.time);
        if (read) continue;
        error_ = {node.at, node.length, node.attribute + " " + read.error().text, read.error().hint};
        return false;
      }
    }
    error_ = {node.at, node.length, node.attribute + " says nothing about " + kindsText() + ".", {}};
    return false;
  }

  bool bind(const FilterNode& node, Test& test) {
    test.type = node.type;
    for (const FilterNode& child : node.children) {
      if (!bind(child, test.children.emplace_back())) return false;
    }
    switch (node.type) {
      case Type::All:
        for (const Test& child : test.children) test.kinds &= child.kinds;
        return true;
      case Type::Any:
        test.kinds = 0;
        for (const Test& child : test.children) test.kinds |= child.kinds;
        return true;
      case Type::Not:
        return true;
      case Type::Word:
        bindWord(node, test);
        return true;
      case Type::Condition:
        return bindCondition(node, test);
    }
    return false;
  }

 private:
  [[nodiscard]] std::string kindsText() const {
    for (const KindRow& row : kKindTable) {
      if (row.kind != Kind::None && hooks_.kinds == bitOf(row.kind)) return std::string(row.plural);
    }
    return "what is asked for";
  }
  void note(std::string text) {
    constexpr std::size_t kMost = 10;
    const bool said = std::find(notes_.begin(), notes_.end(), text) != notes_.end();
    if (!said && notes_.size() < kMost) notes_.push_back(std::move(text));
  }
  bool missing(const FilterNode& node) {
    error_ = {node.at, node.length, node.attribute + " cannot be asked for here.", {}};
    return false;
  }

  void bindWord(const FilterNode& node, Test& test) {
    for (const std::string_view keyword : {"AND", "OR", "NOT"}) {
      const bool bare = node.length == node.values.front().size();
      if (bare && base::equalButForCase(node.values.front(), keyword)) {
        note("\"" + node.values.front() + "\" is a word to search for; the keyword is " + std::string(keyword) +
             ", in capitals.");
      }
    }
    const std::string word = base::asciiLower(node.values.front());
    const bool phrase = word.empty() || word.find(' ') != std::string::npos || word.size() > kMaxSearchText;
    if (hooks_.search != nullptr && !phrase) {
      Refs found;
      for (const SearchHit& hit : hooks_.search->find(word, hooks_.search->objects()).hits) found.push_back(hit.object);
      sort(found);
      test.holds = [found = std::move(found)](ObjectRef ref, const Object&) { return contains(found, ref); };
      return;
    }
    test.holds = [word, &snapshot = snapshot_](ObjectRef ref, const Object& object) {
      std::string text;
      appendSearchText(snapshot, ref, object, text);
      return text.find(word) != std::string::npos;
    };
  }

  bool bindCondition(const FilterNode& node, Test& test) {
    const auto attribute = findAttribute(node.attribute);
    const bool isNot = node.op == FilterOp::IsNot;
    switch (attribute->attribute) {
      case Attribute::Kind:
        bindKind(node, test);
        return true;
      case Attribute::Number:
        test.holds = numberTest(node, *attribute, [](const Object& object) { return std::uint64_t{object.id}; });
        return true;
      case Attribute::Created:
        test.holds = numberTest(node, *attribute, [](const Object& object) { return object.created; });
        return true;
      case Attribute::Changed:
        test.holds = numberTest(node, *attribute, [](const Object& object) { return object.changed; });
        return true;
      case Attribute::CreatedSince:
      case Attribute::ChangedSince: {
        const Revision since = readOperand(*attribute, node.op, node.values.front())->to;
        const auto member = attribute->attribute == Attribute::CreatedSince ? &Object::created : &Object::changed;
        test.holds = [since, member](ObjectRef, const Object& object) { return object.*member > since; };
        return true;
      }
      case Attribute::Has:
        bindHas(node, *attribute, test);
        return true;
      case Attribute::Registered:
        test.kinds = bitsOf(Kind::Entity, Kind::Node, Kind::Portal);
        test.holds = flagTest(node, *attribute, [](ObjectRef ref, const Object& object) {
          if (ref.kind == Kind::Node) return static_cast<const Node&>(object).registered();
          return ref.kind != Kind::Portal || static_cast<const Portal&>(object).registered();
        });
        return true;
      case Attribute::Active:
        if (!hooks_.isActive) return missing(node);
        test.kinds = bitsOf(Kind::Domain, Kind::DomainSet);
        test.holds = flagTest(node, *attribute, [isActive = hooks_.isActive](ObjectRef ref, const Object& object) {
          return ref.kind == Kind::Domain ? isActive(ref.id) : static_cast<const DomainSet&>(object).enabled;
        });
        return true;
      case Attribute::Reaches:
      case Attribute::ReachedBy: {
        if (!hooks_.reaches) return missing(node);
        const bool forward = attribute->attribute == Attribute::Reaches;
        test.kinds = forward ? kReaching : kReached;
        const Refs others = resolveAll(forward ? kReached : kReaching, node);
        test.holds = [others, forward, isNot, reaches = hooks_.reaches](ObjectRef ref, const Object&) {
          return std::any_of(others.begin(), others.end(), [&](ObjectRef other) {
                   return forward ? reaches(ref, other) : reaches(other, ref);
                 }) != isNot;
        };
        return true;
      }
      case Attribute::OfKind:
        bindOfKind(node, attribute->kind, test);
        return true;
      case Attribute::Field:
        bindField(node, test);
        return true;
    }
    return false;
  }

  static std::vector<Operand> operandsOf(const FilterNode& node, const AttributeRef& attribute) {
    std::vector<Operand> all;
    for (const std::string& value : node.values) {
      if (auto read = readOperand(attribute, node.op, value)) all.push_back(std::move(read).value());
    }
    return all;
  }

  template <class Get>
  static std::function<bool(ObjectRef, const Object&)> numberTest(const FilterNode& node, const AttributeRef& attribute,
                                                                  Get get) {
    return [operands = operandsOf(node, attribute), op = node.op, get](ObjectRef, const Object& object) {
      const std::uint64_t number = get(object);
      return std::any_of(operands.begin(), operands.end(), [&](const Operand& operand) {
               return numberHolds(op, number, operand);
             }) != (op == FilterOp::IsNot);
    };
  }

  template <class Get>
  static std::function<bool(ObjectRef, const Object&)> flagTest(const FilterNode& node, const AttributeRef& attribute,
                                                                Get get) {
    return [operands = operandsOf(node, attribute), isNot = node.op == FilterOp::IsNot, get](ObjectRef ref,
                                                                                             const Object& object) {
      const bool flag = get(ref, object);
      return std::any_of(operands.begin(), operands.end(), [&](const Operand& o) { return o.flag == flag; }) != isNot;
    };
  }

  static void bindKind(const FilterNode& node, Test& test) {
    std::vector<KindWord> words;
    std::uint32_t kinds = 0;
    for (const std::string& value : node.values) {
      words.push_back(*readKind(value));
      kinds |= bitOf(words.back().kind);
    }
    const bool isNot = node.op == FilterOp::IsNot;
    if (!isNot) test.kinds = kinds;
    test.holds = [words, isNot](ObjectRef ref, const Object& object) {
      return std::any_of(words.begin(), words.end(), [&](const KindWord& word) {
               return word.kind == ref.kind && (word.flag == nullptr || static_cast<const Node&>(object).*word.flag);
             }) != isNot;
    };
  }

  static void bindHas(const FilterNode& node, const AttributeRef& attribute, Test& test) {
    std::array<std::vector<const FieldRow*>, kKinds> rows;
    test.kinds = 0;
    for (const Operand& operand : operandsOf(node, attribute)) {
      for (const auto& [kind, field] : fieldsNamed(operand.text)) {
        rows[static_cast<std::size_t>(kind)].push_back(field);
        test.kinds |= bitOf(kind);
      }
    }
    test.holds = [rows](ObjectRef ref, const Object& object) {
      const auto& own = rows[static_cast<std::size_t>(ref.kind)];
      return std::any_of(own.begin(), own.end(), [&](const FieldRow* field) { return !isWithout(field->get(object)); });
    };
  }

  // --- names
  // ----------------------------------------------------------------------------------------------------------

  // The objects of some kinds that a value names: by reference ("host:web1", "#12"), else by exactly this name, else by
  // a name or an alias that agrees.
  void resolve(std::uint32_t kinds, FilterOp op, const std::string& value, Refs& out) const {
    const bool exact = op != FilterOp::Like && !(op != FilterOp::Equals && base::hasWildcard(value));
    if (exact) {
      if (const auto ref = parseRef(snapshot_, value); ref && (bitOf(ref->kind) & kinds) != 0)
        return out.push_back(*ref);
    }
    forEachKind([&]<class T>(T*) {
      if ((bitOf(T::kKind) & kinds) == 0) return;
      if (exact) {
        if (const auto id = snapshot_.find(T::kKind, value)) return out.push_back({T::kKind, *id});
        const auto numbered = parseRef(snapshot_, std::string(nameOf(T::kKind)) + ":" + value);
        if (numbered) return out.push_back(*numbered);
      }
      snapshot_.table<T>().forEach([&](Id id, const T& object) {
        bool named = textHolds(op, nameOf(snapshot_, {T::kKind, id}), value);
        if constexpr (std::is_same_v<T, Node>)
          named = named || (!object.alias.empty() && textHolds(op, object.alias, value));
        if constexpr (std::is_same_v<T, LogicalUnit>)
          named = named || (!object.name.empty() && textHolds(op, object.name, value));
        if (named) out.push_back({T::kKind, id});
      });
    });
  }
  // What stands for several objects may stand for none; a name that nothing has is more likely a slip.
  [[nodiscard]] Refs resolveAll(std::uint32_t kinds, const FilterNode& node) {
    Refs all;
    for (const std::string& value : node.values) {
      Refs named;
      resolve(kinds, node.op, value, named);
      const bool pattern = node.op == FilterOp::Like || (node.op != FilterOp::Equals && base::hasWildcard(value));
      const bool there =
          std::any_of(named.begin(), named.end(), [&](ObjectRef ref) { return !hooks_.sees || hooks_.sees(ref); });
      if (!pattern && !value.empty() && !there) {
        const auto kind = kindNamed(node.attribute);
        note("There is no " + (kind ? std::string(nameOf(*kind)) + " " : std::string()) + value + ".");
      }
      all.insert(all.end(), named.begin(), named.end());
    }
    sort(all);
    return all;
  }

  // What domains, sets and hosts consist of.
  [[nodiscard]] Refs heldBy(const Refs& holders) const {
    Refs held;
    for (ObjectRef holder : holders) {
      for (const FieldRow& field : fieldsOf(holder.kind)) {
        const bool consists = field.type == FieldType::Refs && !field.mayReferTo(Kind::Label);
        if (!consists) continue;
        const Value value = field.get(*snapshot_.get(holder));
        const auto& refs = std::get<Refs>(value);
        held.insert(held.end(), refs.begin(), refs.end());
      }
    }
    sort(held);
    return held;
  }

  void bindOfKind(const FilterNode& node, Kind kind, Test& test) {
    const bool isNot = node.op == FilterOp::IsNot;
    const Refs named = resolveAll(bitOf(kind), node);
    const bool holds = kind == Kind::Domain || kind == Kind::DomainSet || kind == Kind::Host;
    const Refs held = holds && !isNot ? heldBy(named) : Refs{};
    std::array<std::vector<const FieldRow*>, kKinds> rows;
    test.kinds = bitOf(kind);
    for (const KindRow& row : kKindTable) {
      for (const FieldRow& field : fieldsOf(row.kind)) {
        if (!field.mayReferTo(kind)) continue;
        rows[static_cast<std::size_t>(row.kind)].push_back(&field);
        test.kinds |= bitOf(row.kind);
      }
    }
    for (ObjectRef ref : held) test.kinds |= bitOf(ref.kind);
    const auto hostOf = kind == Kind::Host ? hooks_.hostOf : nullptr;
    if (hostOf) test.kinds |= bitOf(Kind::Node);
    test.holds = [=](ObjectRef ref, const Object& object) {
      if (ref.kind == kind) return contains(named, ref) != isNot;
      if (hostOf && ref.kind == Kind::Node) return contains(named, hostOf(ref.id)) != isNot;
      const auto& own = rows[static_cast<std::size_t>(ref.kind)];
      const bool refers = std::any_of(own.begin(), own.end(),
                                      [&](const FieldRow* field) { return refersTo(field->get(object), named); });
      return isNot ? !refers : refers || contains(held, ref);
    };
  }

  // --- fields
  // ---------------------------------------------------------------------------------------------------------

  void bindField(const FilterNode& node, Test& test) {
    std::array<RowTest, kKinds> tests;
    test.kinds = 0;
    for (const auto& [kind, field] : fieldsNamed(node.attribute)) {
      if ((bitOf(kind) & hooks_.kinds) == 0) continue;
      std::vector<Operand> operands;
      for (const std::string& value : node.values) {
        if (auto read = readOperand(*field, node.op, value, snapshot_.time))
          operands.push_back(std::move(read).value());
      }
      if (operands.empty()) continue;
      test.kinds |= bitOf(kind);
      tests[static_cast<std::size_t>(kind)] = rowTest(*field, node, std::move(operands));
    }
    test.holds = [tests = std::move(tests)](ObjectRef ref, const Object& object) {
      const RowTest& own = tests[static_cast<std::size_t>(ref.kind)];
      return own && own(object);
    };
  }

  // `holds(value, operand)`, for any of the operands.
  template <class Holds>
  static RowTest anyOf(const FieldRow& field, FilterOp op, std::vector<Operand> operands, Holds holds) {
    return
        [get = field.get, isNot = op == FilterOp::IsNot, operands = std::move(operands), holds](const Object& object) {
          const Value value = get(object);
          return std::any_of(operands.begin(), operands.end(),
                             [&](const Operand& operand) { return holds(value, operand); }) != isNot;
        };
  }

  RowTest rowTest(const FieldRow& field, const FilterNode& node, std::vector<Operand> operands) {
    const FilterOp op = node.op;
    switch (field.type) {
      case FieldType::Flag:
        return anyOf(field, op, std::move(operands),
                     [](const Value& value, const Operand& operand) { return std::get<bool>(value) == operand.flag; });
      case FieldType::Number:
      case FieldType::Duration:
      case FieldType::Bytes:
        return anyOf(field, op, std::move(operands), [op](const Value& value, const Operand& operand) {
          return numberHolds(op, std::get<std::uint64_t>(value), operand);
        });
      case FieldType::Time:
        return anyOf(field, op, std::move(operands), [op](const Value& value, const Operand& operand) {
          const std::uint64_t time = std::get<std::uint64_t>(value);
          // Never is neither before nor after anything.
          return (time != 0 || op <= FilterOp::Like) && numberHolds(op, time, operand);
        });
      case FieldType::Choice:
        return anyOf(field, op, std::move(operands),
                     [op, words = field.words](const Value& value, const Operand& operand) {
                       const auto& word = std::get<std::string>(value);
                       if (op == FilterOp::Like) return textHolds(op, word, operand.text);
                       const auto at = std::find(words.begin(), words.end(), word) - words.begin();
                       return numberHolds(op, static_cast<std::uint64_t>(at), operand);
                     });
      case FieldType::Text:
        return anyOf(field, op, std::move(operands), [op](const Value& value, const Operand& operand) {
          return textHolds(op, std::get<std::string>(value), operand.text);
        });
      case FieldType::Address:
        return anyOf(field, op, std::move(operands), [op](const Value& value, const Operand& operand) {
          return addressHolds(op, std::get<std::string>(value), operand);
        });
      case FieldType::Subnets:
        return anyOf(field, op, std::move(operands), [op](const Value& value, const Operand& operand) {
          const auto& all = std::get<std::vector<std::string>>(value);
          return std::any_of(all.begin(), all.end(), [&](const auto& one) { return subnetHolds(op, one, operand); });
        });
      case FieldType::Ref:
      case FieldType::Refs:
      case FieldType::Accesses:
        break;
    }
    return [get = field.get, isNot = op == FilterOp::IsNot, named = resolveAll(field.kinds, node)](
               const Object& object) { return refersTo(get(object), named) != isNot; };
  }

  const Snapshot& snapshot_;
  const FilterHooks& hooks_;
  FilterError error_;
  std::vector<std::string> notes_;
};

bool holds(const Test& test, ObjectRef ref, const Object& object) {
  const auto child = [&](const Test& one) { return holds(one, ref, object); };
  switch (test.type) {
    case Type::All:
      return std::all_of(test.children.begin(), test.children.end(), child);
    case Type::Any:
      return std::any_of(test.children.begin(), test.children.end(), child);
    case Type::Not:
      return !child(test.children.front());
    case Type::Condition:
    case Type::Word:
      return ((test.kinds >> static_cast<unsigned>(ref.kind)) & 1U) != 0 && test.holds(ref, object);
  }
  return false;
}

}  // namespace

FilterMatcher::FilterMatcher(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<const Test> root,
                             std::vector<std::string> notes)
    : snapshot_(std::move(snapshot)), root_(std::move(root)), notes_(std::move(notes)) {}

base::Result<FilterMatcher, FilterError> FilterMatcher::bind(const Filter& filter, Snapshot snapshot,
                                                             FilterHooks hooks) {
  auto root = std::make_shared<Test>();
  // Tests refer to the snapshot where it stays when the matcher moves.
  auto kept = std::make_shared<const Snapshot>(std::move(snapshot));
  Binder binder(*kept, hooks);
  if (!binder.bind(filter.root(), *root) || !binder.mayMatch(filter.root(), *root)) return base::fail(binder.error());
  return FilterMatcher(std::move(kept), std::move(root), std::move(binder.notes()));
}

bool FilterMatcher::matches(ObjectRef ref, const Object& object) const { return holds(*root_, ref, object); }
std::uint32_t FilterMatcher::kinds() const { return root_->kinds; }

std::vector<ObjectRef> FilterMatcher::all() const {
  std::vector<ObjectRef> found;
  forEachKind([&]<class T>(T*) {
    if ((kinds() & bitOf(T::kKind)) == 0) return;
    snapshot_->table<T>().forEach([&](Id id, const T& object) {
      if (matches({T::kKind, id}, object)) found.push_back({T::kKind, id});
    });
  });
  return found;
}

}  // namespace san
