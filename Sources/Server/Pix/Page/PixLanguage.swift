/// A language of the payer's page.
enum PixLanguage: String, Sendable, CaseIterable {
    case pt, en, ru, uz

    /// In itself.
    var name: String {
        switch self {
        case .pt: "Português"
        case .en: "English"
        case .ru: "Русский"
        case .uz: "Oʻzbekcha"
        }
    }

    /// What was asked for by `?lang=`, else the best of `Accept-Language`, else that of `otherwise`.
    init(query: String?, acceptLanguage: String?, otherwise: PixLanguage = .pt) {
        if let known = query.flatMap(PixLanguage.init(rawValue:)) {
            self = known
            return
        }
        let wishes = AcceptedItem.all(acceptLanguage ?? "").compactMap { item in
            PixLanguage(rawValue: String(item.name.prefix { $0 != "-" })).map { ($0, item.weight) }
        }
        // The first of those that are wished for most.
        var best: (language: PixLanguage, weight: Int) = (otherwise, 0)
        for wish in wishes where wish.1 > best.weight { best = wish }
        self = best.language
    }
}

/// An item of an `Accept…` header: `text/html;q=0.9`.
struct AcceptedItem: Sendable, Hashable {
    /// In lower case.
    let name: String
    /// Thousandths, 0 to 1000.
    let weight: Int

    /// The first twenty, in their order; more is nobody's wish.
    static func all(_ header: String) -> [AcceptedItem] {
        header.split(separator: ",").prefix(20).map { part in
            let pieces = part.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            let quality = pieces.dropFirst().first { $0.hasPrefix("q=") }
            return AcceptedItem(name: pieces.first ?? "", weight: quality.map { thousandths($0.dropFirst(2)) } ?? 1_000)
        }
    }

    private static func thousandths(_ text: Substring) -> Int {
        let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, ["0", "1"].contains(whole) else { return 0 }
        let digits = halves.count == 2 ? halves[1] : ""
        guard digits.utf8.count <= 3, digits.allSatisfy(\.isASCII), let part = Int("0" + digits) else { return 0 }
        let scale = [1_000, 100, 10, 1][digits.utf8.count]
        return min(1_000, (whole == "1" ? 1_000 : 0) + (digits.isEmpty ? 0 : part * scale))
    }
}
