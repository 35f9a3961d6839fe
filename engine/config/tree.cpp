#include "config/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "config/plain_text.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

Place place_of(const YAML::Mark& mark, std::size_t file) {
  return {static_cast<std::size_t>(std::max(mark.line, 0)), static_cast<std::size_t>(std::max(mark.column, 0)), file};
}

// Thrown through yaml-cpp to end its work once a diagnostic says why.
struct Stop {};

// What yaml-cpp calls "?" is a plain value without a tag, "!" a quoted one.
bool is_tag(const std::string& tag) { return !tag.empty() && tag != "?" && tag != "!"; }

class Builder final : public YAML::EventHandler {
 public:
  Builder(std::size_t file, std::size_t& nodes, Diagnostics& diagnostics)
      : file_(file), nodes_(nodes), diagnostics_(diagnostics) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    diagnostics_.error(place_of(mark), "a second document begins here", "one document in a site file",
                       "remove the line '---', or put this part into a file of its own");
    throw Stop();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { place(Node(NodeKind::nothing, place_of(mark))); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    diagnostics_.error(place_of(mark), "an alias (*) is not taken in a site file", {},
                       "write the value out; put it in quotes if it is text that begins with *");
    place(Node(NodeKind::nothing, place_of(mark)));
  }

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    diagnostics_.error(place_of(mark), "an anchor (&) is not taken in a site file", {},
                       "remove it; put the value in quotes if it is text that begins with &");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    Node node(NodeKind::scalar, place_of(mark), value);
    node.tag = tag == "!env" ? Tag::env : tag == "!file" ? Tag::file : Tag::none;
    if (node.tag == Tag::none || !may_be_tagged()) refuse_tag(mark, tag);
    place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(NodeKind::list, mark, tag);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(NodeKind::map, mark, tag);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    std::optional<Node> key{};                         // of a map: read, and its value not yet
    std::map<std::string, Place, std::less<>> seen{};  // of a map
  };

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (is_tag(tag))
      diagnostics_.error(
          place_of(mark), "a tag (!) is not taken in a site file", {},
          "remove it (only a setting's value may be !env NAME or !file PATH); put the value in quotes if it is "
          "text that begins with !");
  }

  // The value of a key.
  bool may_be_tagged() const { return !open_.empty() && open_.back().node.kind == NodeKind::map && open_.back().key; }

  Place place_of(const YAML::Mark& mark) const { return config::place_of(mark, file_); }

  void open(NodeKind kind, const YAML::Mark& mark, const std::string& tag) {
    refuse_tag(mark, tag);
    if (open_.size() >= depth_limit) {
      diagnostics_.error(place_of(mark), "the file is nested deeper than 32 levels", {},
                         "flatten it; a site file needs 4");
      throw Stop();
    }
    count(place_of(mark));
    open_.push_back({Node(kind, place_of(mark))});
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    attach(std::move(node));
  }

  void place(Node node) {
    count(node.place);
    attach(std::move(node));
  }

  void count(Place at) {
    if (++nodes_ <= node_limit) return;
    diagnostics_.error(at, "the file holds more than 20000 keys and values", {},
                       "check that it is a site file; move lists of people into a roster file");
    throw Stop();
  }

  void attach(Node node) {
    if (open_.empty())
      root_ = std::move(node);
    else if (Open& parent = open_.back(); parent.node.kind == NodeKind::list)
      parent.node.items.push_back(std::move(node));
    else if (!parent.key)
      parent.key = std::move(node);
    else
      pair(parent, std::move(node));
  }

  void pair(Open& parent, Node value) {
    const Node key = std::move(*std::exchange(parent.key, std::nullopt));
    if (key.kind != NodeKind::scalar || key.text.empty()) {
      diagnostics_.error(key.place, "a key must be a word", "'key: value'", "name the key, or put its text in quotes");
      return;
    }
    const auto [first, fresh] = parent.seen.emplace(key.text, key.place);
    if (fresh) {
      parent.node.entries.push_back({key.text, key.place, std::move(value)});
      return;
    }
    diagnostics_.error(key.place,
                       "the key '" + shown(key.text) + "' stands here a second time; the first is in line " +
                           std::to_string(first->second.line + 1),
                       {}, "remove or rename one of the two");
  }

  const std::size_t file_;
  std::size_t& nodes_;
  Diagnostics& diagnostics_;
  Node root_;
  std::vector<Open> open_;
  std::size_t documents_ = 0;
};

// yaml-cpp counts columns behind a byte order mark and lines as we do.
Place within(const Source& source, std::size_t file, const YAML::Mark& mark) {
  Place place = place_of(mark, file);
  place.byte = std::min(place.byte, source.line(place.line).size());
  return place;
}

}  // namespace

Node::Node() = default;
Node::Node(NodeKind is, Place at, std::string scalar) : kind(is), place(at), text(std::move(scalar)) {}

const Entry* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

std::optional<Node> parse_tree(const Source& source, std::size_t file, std::size_t& nodes, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  if (!is_plain_text(source, file, diagnostics)) return {};
  Builder builder(file, nodes, diagnostics);
  try {
    std::istringstream text(source.text);
    YAML::Parser parser(text);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
  } catch (const YAML::Exception& exception) {
    const SyntaxError error = in_plain_words(exception.msg);
    diagnostics.error(within(source, file, exception.mark), error.what, {}, error.remedy);
  } catch (const std::exception& exception) {
    diagnostics.error({0, 0, file}, std::string("cannot be read as YAML: ") + exception.what(), {}, "simplify it");
  }
  if (diagnostics.errors() > errors_before) return {};
  return builder.take();
}

}  // namespace gatepost::config
