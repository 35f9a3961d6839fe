#include "card/issue/issue.hpp"

#include <openssl/rand.h>

#include "card/issue/pending_file.hpp"
#include "card/issue/register.hpp"

namespace gatepost::card {
namespace {

namespace fs = std::filesystem;

Result<std::string> new_id() {
  std::string id(8, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(id.data()), static_cast<int>(id.size())) == 1) return id;
  return Error{"OpenSSL has no random bytes", "the pass's id", "see that OpenSSL works: openssl rand -hex 8"};
}

/// An error about a card says whose, and not by name.
Error at(const Holder& holder, const Error& error) {
  return {error.where + ": " + error.what, holder.where, error.remedy};
}

// A code becomes a file's name only as it stands, so that no list writes elsewhere.
bool fit_for_name(std::string_view code) {
  constexpr std::string_view fit = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return !code.empty() && code.size() <= 100 && code.find_first_not_of(fit) == std::string_view::npos;
}

class Issuer {
 public:
  Issuer(const Order& order, WallTime now) : order_(order), now_(now) {}

  Result<Face> face_of(const Holder& holder) {
    Face face{.title = order_.issuer,
              .payload = holder.code.empty() ? holder.subject : holder.code,
              .name = holder.name,
              .number = holder.subject,
              .group = holder.group,
              .from = holder.validity.from_text,
              .until = holder.validity.until_text};
    if (!holder.photo.empty()) {
      auto photo = read_photo(holder.photo);
      if (!photo) return at(holder, photo.error());
      face.photo = std::make_shared<const Photo>(std::move(*photo));
    }
    if (order_.key) {
      auto pass = sign(holder);
      if (!pass) return pass.error();
      face.payload = std::move(*pass);
    }
    return face;
  }

  Result<void> draw_sheet(std::span<const Holder> holders) {
    const Holder* drawn = holders.data();
    const auto bytes = sheet_of(
        holders.size(), [&](std::size_t i) { return face_of(*(drawn = &holders[i])); }, order_.paper);
    if (!bytes) return bytes.error().where.starts_with(drawn->where) ? bytes.error() : at(*drawn, bytes.error());
    return keep(order_.output, *bytes);
  }

  Result<void> draw_picture(const Holder& holder, const fs::path& file, Format format) {
    const auto face = face_of(holder);
    if (!face) return face.error();
    const auto bytes = picture_of(*face, format);
    if (!bytes) return at(holder, bytes.error());
    return keep(file, *bytes);
  }

  Result<void> draw_folder(std::span<const Holder> holders) {
    std::error_code failure;
    fs::create_directories(order_.output, failure);
    for (const auto& holder : holders) {
      if (!fit_for_name(holder.subject))
        return Error{"its subject cannot name a file", holder.where,
                     "use A-Z, a-z, 0-9, - and _ in subjects, or make a sheet: -o cards.pdf"};
      const std::string name = holder.subject + (order_.format == Format::png ? ".png" : ".svg");
      if (auto drawn = draw_picture(holder, order_.output / name, order_.format); !drawn) return drawn;
    }
    return {};
  }

  Result<std::vector<Handed>> finish() {
    if (!order_.register_file.empty() && !issued_.empty())
      if (auto kept = append_to_register(order_.register_file, issued_, now_); !kept) return kept.error();
    for (auto& file : files_)
      if (auto put = file.commit(); !put) return put.error();
    std::vector<Handed> handed;
    for (const auto& pass : issued_) handed.push_back({pass.id, pass.subject});
    return handed;
  }

 private:
  Result<std::string> sign(const Holder& holder) {
    if (!holder.code.empty() && holder.code != holder.subject)
      return Error{"a signed pass holds no other code", holder.where, "leave out the code, or the key"};
    auto id = new_id();
    if (!id) return id;
    const support::GatePass pass{.subject = holder.subject,
                                 .id = *id,
                                 .issuer = order_.issuer,
                                 .valid_from = holder.validity.from,
                                 .valid_until = holder.validity.until,
                                 .group = holder.group,
                                 .name = holder.name};
    issued_.push_back({*id, holder.subject, holder.name, holder.validity.until});
    return write_gate_pass(pass, *order_.key);
  }

  Result<void> keep(const fs::path& file, std::string_view bytes) {
    auto pending = PendingFile::write(file, bytes, order_.mode);
    if (!pending) return pending.error();
    files_.push_back(std::move(*pending));
    return {};
  }

  const Order& order_;
  const WallTime now_;
  std::vector<Issued> issued_;
  std::vector<PendingFile> files_;
};

}  // namespace

bool is_folder(const fs::path& output) {
  std::error_code failure;
  return output.filename().empty() || fs::is_directory(output, failure);
}

Result<std::vector<Handed>> issue_cards(std::span<const Holder> holders, const Order& order, WallTime now) {
  Issuer issuer(order, now);
  const auto ending = order.output.extension();
  const bool one = ending == ".png" || ending == ".svg";
  if (!one && ending != ".pdf" && !is_folder(order.output))
    return Error{"it is not known what to write there", order.output.string(),
                 "name a .png, .svg or .pdf file, or a folder with a slash at its end"};
  if (!is_folder(order.output) && one && holders.size() > 1)
    return Error{"a picture has room for one card", order.output.string(),
                 "name a .pdf file, or a folder with a slash at its end"};
  auto drawn = is_folder(order.output) ? issuer.draw_folder(holders)
               : one ? issuer.draw_picture(holders.front(), order.output, ending == ".png" ? Format::png : Format::svg)
                     : issuer.draw_sheet(holders);
  if (!drawn) return drawn.error();
  return issuer.finish();
}

}  // namespace gatepost::card
