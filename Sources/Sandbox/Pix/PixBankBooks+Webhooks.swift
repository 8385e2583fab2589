import Foundation
import StrictJSON

extension PixBankBooks {
    // MARK: Registering

    /// Source: pix.md 4.4.
    mutating func putWebhook(
        _ key: String, _ call: PixBankCall, _ now: Int64
    ) throws(PixBankProblem) -> PixBankReply {
        let key = try ownKey(key)
        guard let text = try Self.object(call, .webhookOperacaoInvalida)["webhookUrl"]?.stringValue,
            let url = URLComponents(string: text), let host = url.host, !host.isEmpty, isAllowed(url.scheme, host)
        else { throw PixBankProblem(.webhookOperacaoInvalida, "respeita o padrão ^https://", at: "webhookUrl") }
        webhooks[key] = Webhook(url: text, registeredAt: now)
        return PixBankReply(204)
    }

    func readWebhook(_ key: String) throws(PixBankProblem) -> PixBankReply {
        let key = try ownKey(key)
        guard let webhook = webhooks[key] else { throw Self.noWebhook }
        return PixBankReply(
            200,
            [
                "webhookUrl": .string(webhook.url), "chave": .string(key),
                "criacao": .string(PixMoment.text(webhook.registeredAt)),
            ])
    }

    mutating func deleteWebhook(_ key: String) throws(PixBankProblem) -> PixBankReply {
        guard webhooks.removeValue(forKey: try ownKey(key)) != nil else { throw Self.noWebhook }
        return PixBankReply(204)
    }

    private func isAllowed(_ scheme: String?, _ host: String) -> Bool {
        if scheme == "https" { return true }
        return scheme == "http" && !configuration.requiresSecureNotices && ["127.0.0.1", "localhost"].contains(host)
    }

    /// A telephone comes without its `+`. Source: pix.md 4.4.
    private func ownKey(_ text: String) throws(PixBankProblem) -> String {
        guard let key = configuration.keys.first(where: { $0 == text || $0 == "+" + text }) else {
            throw PixBankProblem(.webhookOperacaoInvalida, "a chave não pertence ao recebedor", at: "chave")
        }
        return key
    }

    private static var noWebhook: PixBankProblem {
        PixBankProblem(.webhookNaoEncontrado, "não há webhook para esta chave")
    }

    // MARK: Telling

    /// Writes a notice of a payment, if there is somebody to tell.
    ///
    /// Source: pix.md 3.6: only payments with a txid, to a key that has a webhook.
    mutating func announce(_ receipt: PixBankReceipt, _ now: Int64) {
        guard receipt.txid != nil, let webhook = webhooks[receipt.key] else { return }
        let fault = noticeFaults.isEmpty ? conduct.noticeFault : noticeFaults.removeFirst()
        notices.add(notice(of: receipt, to: webhook.url, now, isForeign: fault == .foreignKey), fault)
    }

    private func notice(
        of receipt: PixBankReceipt, to url: String, _ now: Int64, isForeign: Bool = false
    ) -> PixNotice {
        var item = conduct.noticeShape == .inter ? receipt.interJSON : receipt.json
        if isForeign, case .object(var object) = item {
            object["chave"] = .string(Self.foreignKey)
            item = .object(object)
        }
        return PixNotice(
            url: url + "/pix", key: receipt.key, txids: [receipt.txid].compactMap(\.self), items: [item],
            shape: conduct.noticeShape, dueAt: now)
    }

    /// Of another client of the bank.
    static let foreignKey = "7d9f0335-8dcc-4054-9bf9-0dbd61d36906"

    /// A notice of a payment that never was: another client of the bank has registered the merchant's address.
    mutating func forge(txid: String, amount: Int64, key: String, _ now: Int64) {
        let receipt = PixBankReceipt(
            endToEndID: Self.identifier("E", now), txid: txid, amount: amount, key: key, paidAt: now, note: nil)
        for webhook in webhooks.values { notices.add(notice(of: receipt, to: webhook.url, now), nil) }
    }

    // MARK: History

    func listNotices(_ call: PixBankCall) throws(PixBankProblem) -> PixBankReply {
        guard let start = call.query["dataHoraInicio"].flatMap(PixMoment.read),
            let end = call.query["dataHoraFim"].flatMap(PixMoment.read), start <= end
        else { throw PixBankProblem(.requisicaoInvalida, "período obrigatório, RFC 3339", at: "dataHoraInicio") }
        guard let page = Int(call.query["pagina"] ?? "0"), page >= 0,
            let size = Int(call.query["tamanhoPagina"] ?? "20"), (10...50).contains(size), page < 1_000_000
        else { throw PixBankProblem(.requisicaoInvalida, "de 10 a 50", at: "tamanhoPagina") }
        let chosen = notices.attempts.filter { attempt in
            (start...end).contains(attempt.at)
                && (call.query["txid"].map { attempt.txids.contains($0) } ?? true)
        }
        let shown = chosen.dropFirst(page * size).prefix(size)
        let pages = (chosen.count + size - 1) / size
        return PixBankReply(
            200,
            [
                "totalPaginas": .integer(Int64(pages)), "totalElementos": .integer(Int64(chosen.count)),
                "primeiraPagina": .bool(page == 0), "ultimaPagina": .bool(page + 1 >= pages),
                "tamanhoPagina": .integer(Int64(size)), "numeroDeElementos": .integer(Int64(shown.count)),
                "data": .array(shown.map(\.json)),
            ])
    }

    /// Tells again, at once. Source: pix.md 4.4.
    mutating func retryNotices(_ call: PixBankCall, _ now: Int64) throws(PixBankProblem) -> PixBankReply {
        let object = try Self.object(call, .requisicaoInvalida)
        guard let wanted = object["txId"]?.arrayValue?.compactMap(\.stringValue), (1...50).contains(wanted.count) else {
            throw PixBankProblem(.requisicaoInvalida, "de 1 a 50", at: "txId")
        }
        guard let key = object["chavePix"]?.stringValue, let webhook = webhooks[key] else { throw Self.noWebhook }
        let found = receiptIDs.compactMap { receipts[$0] }.filter { receipt in
            receipt.key == key && receipt.txid.map(wanted.contains) ?? false
        }
        for receipt in found { notices.add(notice(of: receipt, to: webhook.url, now), nil) }
        return PixBankReply(
            200, ["foundIds": .array(wanted.filter { id in found.contains { $0.txid == id } }.map { .string($0) })])
    }
}

extension PixNoticeAttempt {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "webhookUrl": .string(url), "payload": .string(body), "numeroTentativa": .integer(Int64(number)),
            "dataHoraDisparo": .string(PixMoment.text(at)), "sucesso": .bool(isTaken),
        ]
        if let status { object["httpStatus"] = .integer(Int64(status)) }
        if !isTaken { object["mensagemErro"] = .string(failure ?? "HTTP \(status ?? 0)") }
        return .object(object)
    }
}
