import StrictJSON

/// What a merchant says of a charge, checked.
///
/// Source: pix.md 3.2.
struct PixChargeBody: Sendable, Equatable {
    /// Centavos.
    var amount: Int64 = 0
    /// Whether the payer may pay another amount.
    var isAmountOpen = false
    var expirySeconds: Int64 = 86_400
    var key = ""
    var payer: JSONValue?
    var note: String?
    var details: [JSONValue] = []

    /// Reads a whole body, or the changes of one.
    ///
    /// - Parameters:
    ///   - base: what is changed; nil: everything that is required must be there.
    ///   - keys: the merchant's.
    init(_ object: JSONObject, over base: PixChargeBody?, keys: [String]) throws(PixBankProblem) {
        if let base { self = base }
        try readCalendar(object["calendario"], isWhole: base == nil)
        try readAmount(object["valor"], isWhole: base == nil)
        if let chave = object["chave"] {
            guard let text = chave.stringValue, keys.contains(text) else {
                throw Self.wrong("a chave não pertence ao recebedor", "cob.chave")
            }
            key = text
        } else if base == nil {
            throw Self.wrong("o campo é obrigatório", "cob.chave")
        }
        try readPayer(object["devedor"])
        if let text = object["solicitacaoPagador"] {
            guard let text = text.stringValue, text.count <= 140 else {
                throw Self.wrong("o texto tem no máximo 140 caracteres", "cob.solicitacaoPagador")
            }
            note = text
        }
        if let list = object["infoAdicionais"] {
            guard let list = list.arrayValue, list.count <= 50, list.allSatisfy(Self.isDetail) else {
                throw Self.wrong("até 50 pares de nome (50) e valor (200)", "cob.infoAdicionais")
            }
            details = list
        }
    }

    private mutating func readCalendar(_ value: JSONValue?, isWhole: Bool) throws(PixBankProblem) {
        guard let value else {
            if isWhole { throw Self.wrong("o campo é obrigatório", "cob.calendario") }
            return
        }
        guard let calendar = value.objectValue else { throw Self.wrong("não é um objeto", "cob.calendario") }
        guard let seconds = calendar["expiracao"] else { return }
        guard let seconds = seconds.integerValue, (1...Int64(Int32.max)).contains(seconds) else {
            throw Self.wrong("deve ser um inteiro maior que zero", "cob.calendario.expiracao")
        }
        expirySeconds = seconds
    }

    private mutating func readAmount(_ value: JSONValue?, isWhole: Bool) throws(PixBankProblem) {
        guard let value else {
            if isWhole { throw Self.wrong("o campo é obrigatório", "cob.valor.original") }
            return
        }
        if let change = value["modalidadeAlteracao"] {
            guard change == 0 || change == 1 else {
                throw Self.wrong("é 0 ou 1", "cob.valor.modalidadeAlteracao")
            }
            isAmountOpen = change == 1
        }
        let original = value["original"]
        if original == nil, !isWhole { return }
        guard let centavos = original?.stringValue.flatMap(PixSum.read) else {
            throw Self.wrong(#"respeita o padrão \d{1,10}\.\d{2}"#, "cob.valor.original")
        }
        amount = centavos
        guard amount > 0 || isAmountOpen else { throw Self.wrong("não pode ser zero", "cob.valor.original") }
    }

    private mutating func readPayer(_ value: JSONValue?) throws(PixBankProblem) {
        guard let value else { return }
        let (cpf, cnpj) = (value["cpf"]?.stringValue, value["cnpj"]?.stringValue)
        let isNumbered =
            switch (cpf, cnpj) {
            case (let cpf?, nil): cpf.utf8.count == 11 && cpf.utf8.allSatisfy { (48...57).contains($0) }
            case (nil, let cnpj?): cnpj.utf8.count == 14
            default: false
            }
        guard isNumbered, let name = value["nome"]?.stringValue, (1...200).contains(name.count) else {
            throw Self.wrong("tem nome e ou cpf ou cnpj", "cob.devedor")
        }
        payer = value
    }

    private static func isDetail(_ value: JSONValue) -> Bool {
        guard let name = value["nome"]?.stringValue, let text = value["valor"]?.stringValue else { return false }
        return name.count <= 50 && text.count <= 200
    }

    private static func wrong(_ reason: String, _ place: String) -> PixBankProblem {
        PixBankProblem(.cobOperacaoInvalida, reason, at: place)
    }

}
