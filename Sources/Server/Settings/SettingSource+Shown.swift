import Foundation

extension SettingSource {
    /// What a setting is, for people to read; a secret is only said to be set.
    public func shown(_ key: SettingKey) -> String {
        guard let text = text(key) else {
            return key.defaultText.map { "\($0) (default)" } ?? "not set"
        }
        if key.isSecret { return "set, not shown" }
        if key == .merchantWebhookURL || key == .merchantCheckURL {
            // Path and query may hold what nobody else should know.
            let host = URL(string: text).flatMap { url in url.host.map { "\(url.scheme ?? "")://\($0)/…" } }
            return host ?? "set, not shown"
        }
        // A URL may carry a password.
        guard let scheme = text.range(of: "://"), let at = text.lastIndex(of: "@"), scheme.upperBound <= at else {
            return text
        }
        return text[..<scheme.upperBound] + "…" + text[at...]
    }
}
