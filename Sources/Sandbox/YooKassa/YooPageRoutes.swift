import Foundation
import HTTPTypes
import Hummingbird

/// The page on which a payer confirms. It works without a script.
///
/// Source: yookassa.md 6, 18.
struct YooPageRoutes: Sendable {
    let yookassa: YooKassaSandbox
    let base: String
    let page: YooPage

    /// As the real one's.
    static let path = "/checkout/payments/v2/contract"
    private static let stylePath = "/checkout/style.css"

    func add<Context: RequestContext>(to router: some RouterMethods<Context>, hosts: Set<String>) {
        let group = router.group().add(middleware: SiteGuard<Context>(hosts: hosts, openPosts: []))
        group.get("\(base)\(Self.stylePath)") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/css; charset=utf-8", .cacheControl: "no-cache"],
                body: .init(byteBuffer: ByteBuffer(bytes: PackageResources.yoopage_css)))
        }
        group.get("\(base)\(Self.path)") { request, _ in
            let order = request.uri.queryParameters["orderId"].map(String.init) ?? ""
            return show(
                try subject(order), Self.language(request.uri.queryParameters["lang"].map(String.init), request))
        }
        group.post("\(base)\(Self.path)") { request, _ in try await act(request) }
    }

    private static func language(_ query: String?, _ request: Request) -> Language {
        Language(query: query, acceptLanguage: request.headers[.acceptLanguage])
    }

    private func subject(_ id: String) throws -> YooPageSubject {
        guard let subject = yookassa.subject(id) else { throw HTTPError(.notFound) }
        return subject
    }

    /// - Parameter notice: what was wrong with what the payer sent.
    private func show(_ subject: YooPageSubject, _ language: Language, notice: String? = nil) -> Response {
        guard subject.isWaiting else { return end(subject, language) }
        var values = common(subject, language)
        values["cards"] = page.cards(language)
        values["others"] = page.others(subject.offered, language)
        values["hasCard"] = subject.offered.contains(.bankCard)
        values["notice"] = notice.map { page.text($0, language) }
        return html("pay", values, language, notice == nil ? .ok : .badRequest, subject)
    }

    private func common(_ subject: YooPageSubject, _ language: Language) -> [String: Any] {
        var values: [String: Any] = [
            "id": subject.id, "token": subject.token, "action": base + Self.path, "style": base + Self.stylePath,
            "isSaving": subject.isSaving,
            "languages": Language.allCases.map {
                [
                    "code": $0.rawValue, "name": $0.name, "isCurrent": $0 == language,
                    "href": "\(base)\(Self.path)?orderId=\(PercentEncoding.encode(subject.id))&lang=\($0.rawValue)",
                ] as [String: Any]
            },
        ]
        if !subject.amount.isEmpty { values["amount"] = subject.amount }
        values["description"] = subject.description
        // No script is an address.
        values["back"] = subject.returnURL.flatMap { Self.origin($0) == nil ? nil : $0 }
        return values
    }

    private func end(_ subject: YooPageSubject, _ language: Language) -> Response {
        var values = common(subject, language)
        values["title"] = page.text(subject.isGood ? "end_paid" : "end_not_paid", language)
        values["reason"] = subject.reason
        return html("end", values, language, .ok, subject)
    }

    private func html(
        _ name: String, _ values: [String: Any], _ language: Language, _ status: HTTPResponse.Status,
        _ subject: YooPageSubject
    ) -> Response {
        var response = SandboxRoutes.html(page.render(name, values, language), status)
        // Browsers hold the redirect after a form against the policy of the page that has the form.
        let target = subject.returnURL.flatMap(Self.origin).map { " " + $0 } ?? ""
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'\(target); base-uri 'none'; "
            + "frame-ancestors 'none'"
        return response
    }

    /// What a policy calls the place that an address is in; nil for what cannot stand there.
    static func origin(_ address: String) -> String? {
        guard let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
            scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }),
            !["javascript", "data", "vbscript"].contains(scheme)
        else { return nil }
        guard scheme == "http" || scheme == "https" else { return scheme + ":" }
        guard let host = parts.host?.lowercased(), !host.isEmpty,
            host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-[]:".contains($0)) })
        else { return nil }
        return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }

    private func act(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        let language = Self.language(form["lang"], request)
        let subject = try subject(form["orderId"])
        guard !subject.token.isEmpty, form["token"] == subject.token else { throw HTTPError(.forbidden) }
        guard subject.isWaiting else { return end(subject, language) }
        do {
            if !form["decline"].isEmpty {
                try yookassa.decline(subject)
            } else if let type = YooKassaMethodType(rawValue: form["by"]), type != .bankCard {
                try yookassa.pay(subject.id, by: .other(type))
            } else {
                guard let card = YooKassaTestCard.find(form["card"]) else { throw YooKassaPayRefusal.notACard }
                if card.asksForCode, form["code"].isEmpty, form["fail"].isEmpty {
                    return askCode(subject, card, language)
                }
                try yookassa.pay(subject, card, isCodeRight: form["fail"].isEmpty)
            }
        } catch YooKassaPayRefusal.notPending {
            return end(try self.subject(subject.id), language)
        } catch let refusal as YooKassaPayRefusal {
            return show(subject, language, notice: refusal == .notACard ? "notice_card" : "notice_method")
        }
        if let address = subject.returnURL, Self.origin(address) != nil {
            return Response(status: .seeOther, headers: [.location: address])
        }
        return end(try self.subject(subject.id), language)
    }

    private func askCode(_ subject: YooPageSubject, _ card: YooKassaTestCard, _ language: Language) -> Response {
        var values = common(subject, language)
        values["card"] = card.number
        values["ending"] = String(card.number.suffix(4))
        return html("code", values, language, .ok, subject)
    }
}
