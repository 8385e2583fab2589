import Crypto
import Foundation
import Mustache
import Payments
import Pledg
import Specification

/// Makes the pages of a group. Everything that comes from outside goes through the templates' escaping.
struct PledgPageMaker: Sendable {
    let texts: PledgTexts
    let specification: PledgSpecification
    /// In which times are written.
    let zone: GroupTimeZone
    /// Whether payers hear by e-mail; else by their pages, and get their links from the shop.
    let sendsMail: Bool
    private let library: MustacheLibrary
    private let style: String
    /// Its `Content-Security-Policy`: no script at all, its own style sheet by its hash, forms to this server.
    let policy: String

    /// What is said on top of a page.
    struct Notice: Sendable {
        /// Something that was done.
        var said: String?
        /// Why something was not.
        var error: String?
    }

    /// Where a page stands, and in which language.
    struct Place: Sendable {
        var kind: PledgPages.Kind
        var token: String
        /// The page itself, relative to the path that was called.
        var base: String
        var language: PledgLanguage
        /// Milliseconds since 1970.
        var now: Int64
        var seal: String
    }

    /// - Throws: ``PledgTexts/Flaw``, or a template's error.
    init(
        _ specification: PledgSpecification, zone: GroupTimeZone, sendsMail: Bool, texts: PledgTexts? = nil
    ) throws {
        self.specification = specification
        self.zone = zone
        self.sendsMail = sendsMail
        self.texts = try texts ?? PledgTexts(PackageResources.pledgtexts_json)
        var templates: [String: MustacheTemplate] = [:]
        for (name, bytes) in [
            ("pledgtop", PackageResources.pledgtop_mustache), ("pledgend", PackageResources.pledgend_mustache),
            ("pledgleader", PackageResources.pledgleader_mustache),
            ("pledgshare", PackageResources.pledgshare_mustache), ("pledgnote", PackageResources.pledgnote_mustache),
            ("pledgchoices", PackageResources.pledgchoices_mustache),
        ] {
            templates[name] = try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self))
        }
        library = MustacheLibrary(templates: templates)
        style = String(decoding: PackageResources.pledgpage_css, as: UTF8.self)
        let hash = Data(SHA256.hash(data: PackageResources.pledgpage_css)).base64EncodedString()
        policy =
            "default-src 'none'; style-src 'sha256-\(hash)'; img-src data:; base-uri 'none'; form-action 'self'; "
            + "frame-ancestors 'none'"
    }

    /// A page of a few words.
    ///
    /// - Parameters:
    ///   - key: `lost`, `pace`, `trouble`, `go`.
    ///   - goURL: where the page leads at once.
    ///   - backURL: the page that it came from.
    func note(
        _ key: String, _ language: PledgLanguage, _ values: [String: String] = [:], base: String = "",
        goURL: String? = nil, backURL: String? = nil
    ) -> String {
        var context: [String: Any] = [
            "heading": texts.text("\(key)_heading", language, values),
            "explanation": texts.text("\(key)_text", language, values), "mood": goURL == nil ? "bad" : "",
        ]
        if let goURL {
            context["goURL"] = goURL
            context["goLabel"] = texts.text("go_link", language, values)
        }
        if let backURL { context["backURL"] = backURL }
        return render("pledgnote", context, language, base: base)
    }

    func render(
        _ name: String, _ values: [String: Any], _ language: PledgLanguage, base: String, _ notice: Notice = Notice()
    ) -> String {
        var context = values
        context["t"] = texts.all(language)
        context["lang"] = language.rawValue
        context["base"] = base
        context["style"] = style
        context["pageTitle"] = values["heading"] ?? ""
        if let error = notice.error {
            context["error"] = error
            context["pageTitle"] = texts.text("error_heading", language)
        } else if let said = notice.said {
            context["said"] = said
        }
        context["languages"] = PledgLanguage.allCases.map { other -> [String: Any] in
            ["code": other.rawValue, "name": other.name, "isCurrent": other == language]
        }
        guard let html = library.render(context, withTemplate: name) else {
            preconditionFailure("there is no template named \(name)")
        }
        return html
    }

    /// The key of a text that speaks of e-mails, or of the one that stands for it where none are sent.
    func key(_ name: String) -> String { sendsMail ? name : name + "_quiet" }

    /// Until when, and how long that is by the server's clock.
    func time(_ deadline: Int64, _ place: Place) -> [String: Any] {
        guard deadline > place.now else { return [:] }
        return [
            "until": PledgWords.moment(deadline, place.language, zone), "untilMachine": PixChargeJSON.utc(deadline),
            "left": PledgWords.span(deadline - place.now, place.language),
        ]
    }

    /// The gateways to choose from.
    ///
    /// - Parameter note: the key of what is to be said of one before somebody pays; nil: nothing.
    func choices(
        _ choices: [PledgChoice], _ amount: Money, _ place: Place, note: (PledgChoice) -> String?,
        name: (String) -> String?
    ) -> [[String: Any]] {
        choices.compactMap { choice in
            guard let gateway = name(choice.gateway) else { return nil }
            let values = ["gateway": gateway, "amount": PledgWords.amount(amount, place.language)]
            var one: [String: Any] = [
                "gateway": choice.gateway, "label": texts.text("pay_with", place.language, values),
            ]
            if let key = note(choice) { one["note"] = texts.text(key, place.language, values) }
            if choice.isLastCall { one["late"] = texts.text("last_call", place.language, values) }
            return one
        }
    }

    /// How long a page whose payment is under way waits before it looks again, seconds.
    static let againSeconds = 10
}
