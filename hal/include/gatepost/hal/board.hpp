// The driver of a plugin of kind board, made of its author's class by GATEPOST_BOARD (gatepost/descriptor.hpp), which
// is the last line of the plugin. The class is a Relay, and has beside that
//   static Result<RelayShape> shape(const Settings&, const Address&);   // what relay_shape() says; touches no device
//   static Result<std::unique_ptr<Relay>> open(const Settings&, const Address&);
// The address is NAME:target?option=value&…, and the options are the plugin's settings table.
//
// Here are templates alone, which know a settings table and what guards against exceptions by their shape: so hal needs
// no header of the engine's, and the engine none of hal's.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <gatepost/hal/deadline.hpp>
#include <gatepost/hal/options.hpp>
#include <gatepost/hal/relay.hpp>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace gatepost::hal {

/// What Host::board() finds, for open_relay() and its like. `host`: of the plugin object that opens boards.
template <class Host>
FindBoard boards_of(std::shared_ptr<Host> host) {
  return [host = std::move(host)](const std::string& scheme) -> Result<PluginBoard> {
    auto found = host->board(scheme);
    if (!found) return found.error();
    return PluginBoard{found->driver, found->file};
  };
}

namespace detail {

/// One option of an address, as the type that its row of the table has. Sizes and lists are not written in addresses.
template <class Field, class T>
auto option_of(OptionReader& options, const Address& address, const Field& field, const T& fallback) {
  const std::string key(field.key);
  decltype(field.fallback) value = field.fallback;
  if constexpr (std::same_as<T, bool>) {
    value = options.yes(key, fallback);
  } else if constexpr (std::same_as<T, std::int64_t>) {
    value = options.number(key, fallback, std::get<T>(*field.min), std::get<T>(*field.max));
  } else if constexpr (std::same_as<T, double>) {
    constexpr double any = std::numeric_limits<double>::max();
    value = options.decimal(key, fallback, field.min ? std::get<T>(*field.min) : -any,
                            field.max ? std::get<T>(*field.max) : any);
  } else if constexpr (std::same_as<T, std::string>) {
    const auto before = std::ranges::find(field.choices, fallback) - field.choices.begin();
    if (field.choices.empty())
      value = options.text(key, fallback);
    else
      value = std::string(field.choices[options.word(key, field.choices, static_cast<std::size_t>(before))]);
  } else if constexpr (std::same_as<T, Duration>) {
    const Duration time = options.time(key, fallback);
    const bool fits =
        (!field.min || time >= std::get<T>(*field.min)) && (!field.max || time <= std::get<T>(*field.max));
    if (!fits || time % field.step != Duration::zero())
      options.refuse(key, "a time within its bounds: gatepost plugins " + address.scheme + " lists them");
    value = time;
  } else if constexpr (std::same_as<T, std::filesystem::path>) {
    const std::string text = options.text(key, fallback.string());
    value = text.empty() ? fallback : (address.directory / text).lexically_normal();
  }
  return value;
}

template <const auto& Table>
auto settings_in(const Address& address) -> Result<typename std::remove_cvref_t<decltype(Table)>::Settings> {
  OptionReader options(address);
  const auto fields = Table.infos();
  std::vector<std::remove_cvref_t<decltype(fields[0].fallback)>> values;
  for (const auto& field : fields) {
    const std::string key(field.key);
    if (field.required && !address.options.contains(key))
      return Error{"lacks the option '" + key + "'", address.text(), "add " + key + "=…: " + std::string(field.text)};
    values.push_back(
        std::visit([&](const auto& value) { return option_of(options, address, field, value); }, field.fallback));
  }
  if (auto done = options.done(); !done) return done.error();
  return Table.fill(values);
}

/// Stands between a plugin's contact and whoever asks it, so that no exception crosses.
template <class Call>
class PluginContact final : public Contact {
 public:
  explicit PluginContact(std::unique_ptr<Contact> inner) : inner_(std::move(inner)) {}

  Result<bool> closed() override {
    return Call()([&] { return inner_->closed(); });
  }
  Result<bool> wait_to_close(Duration timeout, const std::stop_token& stop) override {
    return Call()([&] { return inner_->wait_to_close(timeout, stop); });
  }
  Result<void> forget() override {
    return Call()([&] { return inner_->forget(); });
  }
  std::optional<MonotonicTime> closed_at() const override {
    const auto at = Call()([&]() -> Result<std::optional<MonotonicTime>> { return inner_->closed_at(); });
    return at ? *at : std::nullopt;
  }

 private:
  const std::unique_ptr<Contact> inner_;
};

/// The same for a board. It refuses what no board must see: channels and inputs that it lacks, and what comes too late
/// already; that a command is looked at again right before its bytes leave is the driver's part.
template <class Call>
class PluginRelay final : public Relay {
 public:
  PluginRelay(std::unique_ptr<Relay> inner, RelayShape shape, std::string where)
      : inner_(std::move(inner)), shape_(shape), where_(std::move(where)) {}

  int channels() const override { return shape_.channels; }
  int inputs() const override { return shape_.inputs; }
  Result<void> set(int channel, bool on, BootTime not_after) override {
    if (auto may = may_be_told(channel, not_after); !may) return may;
    return Call()([&] { return inner_->set(channel, on, not_after); });
  }
  bool self_release() const override { return shape_.pulse_step.has_value(); }
  Result<void> pulse(int channel, Duration length, BootTime not_after) override {
    if (!self_release()) return Relay::pulse(channel, length, not_after);
    if (auto may = may_be_told(channel, not_after); !may) return may;
    return Call()([&] { return inner_->pulse(channel, length, not_after); });
  }
  Result<void> hold(int channel, bool on, Duration renewed_within) override {
    if (auto may = may_be_told(channel, BootTime::max()); !may) return may;
    return Call()([&] { return inner_->hold(channel, on, renewed_within); });
  }
  Duration unsettled() const override {
    const auto left = Call()([&]() -> Result<Duration> { return inner_->unsettled(); });
    return left ? std::max(*left, Duration::zero()) : shape_.settle;
  }
  bool reconnects() const override {
    const auto does = Call()([&]() -> Result<bool> { return inner_->reconnects(); });
    return does && *does;
  }
  Result<std::optional<bool>> read_back(int channel) override {
    if (auto may = may_be_told(channel, BootTime::max()); !may) return may.error();
    return Call()([&] { return inner_->read_back(channel); });
  }
  Result<std::unique_ptr<Contact>> input(int number) override {
    if (number < 1 || number > inputs())
      return Error{"has no input " + std::to_string(number), identity(), "it has " + std::to_string(inputs())};
    auto contact = Call()([&] { return inner_->input(number); });
    if (!contact) return contact;
    return std::unique_ptr<Contact>(std::make_unique<PluginContact<Call>>(std::move(*contact)));
  }
  std::string identity() const override {
    const auto text = Call()([&]() -> Result<std::string> { return inner_->identity(); });
    return text ? *text : where_;
  }

 private:
  Result<void> may_be_told(int channel, BootTime not_after) const {
    if (channel < 1 || channel > channels())
      return Error{"has no channel " + std::to_string(channel), identity(), "it has " + std::to_string(channels())};
    if (BootClock::now() > not_after) return too_late(identity());
    return {};
  }

  const std::unique_ptr<Relay> inner_;
  const RelayShape shape_;
  const std::string where_;
};

template <class Class, const auto& Table, class Call>
Result<RelayShape> plugin_shape(const Address& address) {
  return Call()([&]() -> Result<RelayShape> {
    auto settings = settings_in<Table>(address);
    if (!settings) return settings.error();
    return Class::shape(*settings, address);
  });
}

template <class Class, const auto& Table, class Call>
Result<std::unique_ptr<Relay>> open_plugin_relay(const Address& address) {
  return Call()([&]() -> Result<std::unique_ptr<Relay>> {
    auto settings = settings_in<Table>(address);
    if (!settings) return settings.error();
    auto shape = Class::shape(*settings, address);
    if (!shape) return shape.error();
    auto opened = Class::open(*settings, address);
    if (!opened) return opened.error();
    return std::unique_ptr<Relay>(
        std::make_unique<PluginRelay<Call>>(std::move(*opened), *shape, address.scheme + ":" + address.target));
  });
}

}  // namespace detail

/// Call()(f) runs f and makes an Error of what it throws.
template <class Class, const auto& Table, class Call>
inline constexpr BoardDriver plugin_driver{relay_version, &detail::plugin_shape<Class, Table, Call>,
                                           &detail::open_plugin_relay<Class, Table, Call>};

}  // namespace gatepost::hal
