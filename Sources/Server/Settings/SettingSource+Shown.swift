extension SettingSource {
    /// What a setting is, for people to read; a secret is only said to be set.
    public func shown(_ key: SettingKey) -> String {
        guard let text = text(key) else {
            return key.defaultText.map { "\($0) (default)" } ?? "not set"
        }
        return key.isSecret ? "set, not shown" : text
    }
}
