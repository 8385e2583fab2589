import Mustache
import Specification
import StrictJSON

/// Puts the payer's page into HTML. Everything that comes from outside goes through the templates' escaping.
struct YooPage: Sendable {
    let texts: Texts
    private let library: MustacheLibrary

    init() throws {
        texts = try Texts(PackageResources.yoopagetexts_json)
        let sources: [(String, [UInt8])] = [
            ("layout", PackageResources.yoolayout_mustache), ("pay", PackageResources.yoopay_mustache),
            ("code", PackageResources.yoocode_mustache), ("end", PackageResources.yooend_mustache),
        ]
        var templates: [String: MustacheTemplate] = [:]
        for (name, bytes) in sources {
            templates[name] = try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
        }
        library = MustacheLibrary(templates: templates)
    }

    func text(_ key: String, _ language: Language) -> String { texts.text(key, language) }

    func render(_ name: String, _ values: [String: Any], _ language: Language) -> String {
        var context = values
        context["t"] = texts.all(language)
        context["lang"] = language.rawValue
        guard let html = library.render(context, withTemplate: name) else {
            preconditionFailure("there is no template named \(name)")
        }
        return html
    }

    /// The cards of the test shop, row by row, with what they lead to.
    func cards(_ language: Language) -> [[String: Any]] {
        YooKassaTestCard.all.map { card in
            var outcome = card.refusal.map(\.rawValue) ?? text("card_pays", language)
            if card.asksForCode, card.refusal == nil { outcome += ", 3-D Secure" }
            if card.refusal == .fraudSuspected { outcome += " (\(card.party.rawValue))" }
            return ["number": card.number, "type": card.type, "outcome": outcome]
        }
    }

    /// What a payment can be paid by, beside a card.
    func others(_ types: [YooKassaMethodType], _ language: Language) -> [[String: Any]] {
        types.filter { $0 != .bankCard }.map { ["value": $0.rawValue, "text": text("by_\($0.rawValue)", language)] }
    }
}
