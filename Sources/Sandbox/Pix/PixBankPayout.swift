import StrictJSON

/// Money that the merchant sends.
///
/// Source: pix.md 4.5.
public struct PixBankPayout: Sendable {
    /// `codigoSolicitacao`, a UUID.
    public let code: String
    /// `x-id-idempotente`; nil: it came without one, and a repeat of it is a payout of its own.
    public let idempotencyKey: String?
    /// Centavos.
    public let amount: Int64
    /// A key, the text of a code, or `agencia/conta`.
    public let receiver: String
    /// What the merchant wrote.
    public let note: String?
    /// Milliseconds since 1970 UTC.
    public let requestedAt: Int64
    /// Made when it was asked for, shown once it was sent.
    public let endToEndID: String
    /// What it was, oldest first, with the milliseconds since 1970 UTC.
    public internal(set) var history: [(status: String, at: Int64)]
    /// What the receiver gave back, oldest first: centavos, and milliseconds since 1970 UTC.
    public internal(set) var returns: [(amount: Int64, at: Int64)] = []
    /// The ids of ``returns`` in the account's statement.
    var returnIDs: [String] = []
    let answer: JSONValue
    /// What it will be.
    var course: [String]
    let stepMilliseconds: Int64

    /// What it is.
    public var status: String { history[history.count - 1].status }
    /// Whether the money has left the account.
    public var isPaid: Bool { history.contains { $0.status == "PAGO" } }

    private static let sent: Set<String> = ["ENVIADO", "DEBITADO", "PAGO", "PIX_ENVIADO", "PIX_PAGO"]
    private static let failed: Set<String> = [
        "REPROVADO", "EXPIRADO", "CANCELADO", "FALHA", "CANCELADO_SEM_SALDO", "NAO_DEBITADO", "AGENDAMENTO_CANCELADO",
    ]

    mutating func proceed(_ now: Int64) {
        while !course.isEmpty, let last = history.last, now - last.at >= stepMilliseconds {
            history.append((course.removeFirst(), last.at + stepMilliseconds))
        }
    }

    mutating func end(as status: String, _ now: Int64) {
        course = []
        history.append((status, now))
    }

    func json(account: String) -> JSONValue {
        let movement = history[history.count - 1].at
        var object: JSONObject = [
            "contaCorrente": .string(account), "codigoSolicitacao": .string(code), "chave": .string(receiver),
            "valor": PixSum.number(amount), "status": .string(status),
            "dataHoraSolicitacao": .string(PixMoment.local(requestedAt)),
            "dataHoraMovimento": .string(PixMoment.local(movement)),
            "recebedor": [
                "codIspb": "99999004", "codAgencia": "0001", "nroConta": "7654321", "cpfCnpj": "***456789**",
                "nome": "Fulano de Tal", "tipoConta": "CONTA_CORRENTE",
            ],
        ]
        if Self.sent.contains(status) { object["endToEnd"] = .string(endToEndID) }
        if Self.failed.contains(status) {
            object["erros"] = [
                [
                    "codigoErro": "AC03", "descricaoErro": "O banco simulado encerrou como \(status)",
                    "codigoErroComplementar": "",
                ]
            ]
        }
        return [
            "transacaoPix": .object(object),
            "historico": .array(
                history.map { ["status": .string($0.status), "dataHoraEvento": .string(PixMoment.local($0.at))] }),
        ]
    }
}
