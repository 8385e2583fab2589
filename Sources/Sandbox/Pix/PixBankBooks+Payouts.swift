import Foundation
import StrictJSON

extension PixBankBooks {
    /// How long a payout can be asked for: 90 days.
    private static let payoutMilliseconds: Int64 = 90 * 86_400_000

    /// Sends money; for a key that came before, says again what was said then.
    ///
    /// Source: pix.md 4.5. What a repeat with another body is answered is not known: here it is the first answer.
    mutating func sendPayout(_ call: PixBankCall, _ now: Int64) throws(PixBankProblem) -> PixBankReply {
        if let key = call.idempotencyKey {
            guard Self.isLowercaseUUID(key) else {
                throw Self.wrong("é um UUID em minúsculas", "x-id-idempotente")
            }
            if let before = payoutByKey[key].flatMap({ payouts[$0] }) { return PixBankReply(200, before.answer) }
        }
        let object = try Self.object(call, .requisicaoInvalida)
        guard let amount = PixSum.read(lenient: object["valor"]), amount > 0 else {
            throw Self.wrong("é um número maior que zero, com até duas casas", "valor")
        }
        let note = object["descricao"]?.stringValue
        guard (note ?? "").count <= 140 else { throw Self.wrong("até 140 caracteres", "descricao") }
        let today = PixMoment.localDay(now)
        let day = object["dataPagamento"]?.stringValue ?? today
        guard day.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil, day >= today else {
            throw Self.wrong("respeita AAAA-MM-DD e não é passado", "dataPagamento")
        }
        let receiver = try Self.receiver(object["destinatario"])
        let code = UUID().uuidString.lowercased()
        let isLater = day > today
        var answer: JSONObject = [
            "tipoRetorno": .string(isLater ? "AGENDADO" : conduct.payoutAnswer.rawValue),
            "codigoSolicitacao": .string(code), "dataPagamento": .string(day), "dataOperacao": .string(today),
        ]
        let endToEndID = Self.identifier("E", now).replacing("99999004", with: "00416968")
        if answer["tipoRetorno"] == "PROCESSADO" { answer["endToEndId"] = .string(endToEndID) }
        var course = isLater ? ["AGENDADO"] : conduct.payoutCourse
        payouts[code] = PixBankPayout(
            code: code, idempotencyKey: call.idempotencyKey, amount: amount, receiver: receiver, note: note,
            requestedAt: now, endToEndID: endToEndID, history: [(course.removeFirst(), now)],
            answer: .object(answer), course: course, stepMilliseconds: conduct.payoutStepMilliseconds)
        payoutIDs.append(code)
        payoutsUnderway.append(code)
        if let key = call.idempotencyKey { payoutByKey[key] = code }
        return PixBankReply(200, .object(answer))
    }

    func readPayout(_ code: String, _ now: Int64) throws(PixBankProblem) -> PixBankReply {
        guard let payout = payouts[code], now - payout.requestedAt <= Self.payoutMilliseconds else {
            throw PixBankProblem(.naoEncontrado, "não há pagamento com este código")
        }
        return PixBankReply(200, payout.json(account: configuration.accounts.first ?? ""))
    }

    private static func receiver(_ value: JSONValue?) throws(PixBankProblem) -> String {
        switch value?["tipo"]?.stringValue {
        case "CHAVE":
            guard let key = value?["chave"]?.stringValue, (1...77).contains(key.count) else {
                throw wrong("até 77 caracteres", "destinatario.chave")
            }
            return key
        case "PIX_COPIA_E_COLA":
            guard let code = value?["pixCopiaECola"]?.stringValue, PixCode.target(of: code) != nil else {
                throw wrong("não é um código pix", "destinatario.pixCopiaECola")
            }
            return code
        case "DADOS_BANCARIOS":
            let names = ["nome", "cpfCnpj", "agencia", "contaCorrente", "tipoConta"]
            for name in names where value?[name]?.stringValue?.isEmpty ?? true {
                throw wrong("o campo é obrigatório", "destinatario.\(name)")
            }
            guard value?["instituicaoFinanceira"]?["ispb"]?.stringValue?.utf8.count == 8 else {
                throw wrong("o campo é obrigatório", "destinatario.instituicaoFinanceira.ispb")
            }
            return "\(value?["agencia"]?.stringValue ?? "")/\(value?["contaCorrente"]?.stringValue ?? "")"
        default: throw wrong("é CHAVE, DADOS_BANCARIOS ou PIX_COPIA_E_COLA", "destinatario.tipo")
        }
    }

    private static func isLowercaseUUID(_ text: String) -> Bool {
        UUID(uuidString: text) != nil && text == text.lowercased()
    }

    private static func wrong(_ reason: String, _ place: String) -> PixBankProblem {
        PixBankProblem(.requisicaoInvalida, reason, at: place)
    }
}
