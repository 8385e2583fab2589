/// Who calls the merchant API, and what the key that it sent lets it do.
struct KeyHolder: Sendable, Hashable {
    /// Nil: everything.
    let scopes: Set<String>?
    /// When it stops being valid, milliseconds since 1970; nil: never.
    var expiresAt: Int64?

    /// Of `merchant.api_key`.
    static let owner = KeyHolder(scopes: nil)
    /// Who asks for what needs no key.
    static let anybody = KeyHolder(scopes: [])

    /// - Throws: ``Problem`` that names the first scope that is missing.
    func require(_ wanted: [String]) throws {
        guard let scopes, let missing = wanted.first(where: { !scopes.contains($0) }) else { return }
        throw Problem.forbidden(missing)
    }
}
