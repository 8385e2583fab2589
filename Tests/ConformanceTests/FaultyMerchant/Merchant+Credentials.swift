import Foundation

extension Merchant {
    /// Whether a header holds the right credentials.
    func admits(_ header: String?) -> Bool {
        guard let header else { return has(.authMissing) }
        if header.hasPrefix("Bearer "), has(.authBearer) { return true }
        guard header.hasPrefix("Basic ") else {
            return has(.authWithoutScheme) && !header.contains(" ") && admits("Basic \(header)")
        }
        guard let data = Data(base64Encoded: String(header.dropFirst(6))) else { return false }
        let text = String(decoding: data, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":") else { return has(.authWithoutColon) && text == Self.key }
        let login = String(text[..<colon])
        let key = String(text[text.index(after: colon)...])
        if login.isEmpty && key.isEmpty { return has(.authEmptyLoginAndPassword) }
        guard login == Self.login || has(.authWrongLogin) else { return false }
        if key.isEmpty { return has(.authEmptyPassword) }
        if key == Self.key { return true }
        if has(.authWrongCaseKey), key.lowercased() == Self.key.lowercased() { return true }
        if has(.authTrailingGarbage), key.hasPrefix(Self.key) { return true }
        return has(.authTruncatedKey) && Self.key.hasPrefix(key)
    }
}
